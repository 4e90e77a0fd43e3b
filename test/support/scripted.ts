import type { ClusterActivities, NotifyInput, RemediateResult, ReportInput, Told } from '../../activities/contract.ts';
import type { LookedNow } from '../../domain/analysis/explain.ts';
import type { PolicyListing } from '../../domain/policy/listing.ts';
import type { Assessment } from '../../domain/run/assessment.ts';
import { anActionable } from './builders.ts';

type Scripted<T> = T | Error;

/** A cluster that says what the test wants, in order; the last word is repeated. Every call is kept. */
export class ScriptedCluster {
  verify: Scripted<Assessment>[] = [anActionable()];
  remediate: Scripted<RemediateResult>[] = [{ summary: 'evicted pod shop/checkout-1', changed: true }];
  undo: Scripted<RemediateResult>[] = [{ summary: 'as it was', changed: true }];
  health: Scripted<Awaited<ReturnType<ClusterActivities['waitForHealthy']>>>[] = [
    { kind: 'healthy', detail: 'all 3 pods ready' },
  ];
  explain: Scripted<LookedNow>[] = [];
  policies: Scripted<PolicyListing>[] = [];
  readonly calls: { name: keyof ClusterActivities; input: unknown }[] = [];
  readonly events: ReportInput['event'][] = [];
  /** Runs while `remediate` is under way. */
  duringRemediate: () => Promise<void> = async () => {};
  /** Runs while an Event is written. */
  duringReport: (event: ReportInput['event']) => Promise<void> = async () => {};

  /** The actions that were carried out, in order. */
  get acts(): string[] {
    return this.calls.flatMap(({ name, input }) =>
      name === 'remediate' ? [(input as { step: { action: string } }).step.action] : [],
    );
  }

  count(name: keyof ClusterActivities): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  activities(): ClusterActivities {
    const say = async <T>(name: keyof ClusterActivities, input: unknown, script: Scripted<T>[]): Promise<T> => {
      this.calls.push({ name, input });
      const word = script.length > 1 ? script.shift() : script[0];
      if (word instanceof Error) throw word;
      return word as T;
    };
    return {
      verify: (input) => say('verify', input, this.verify),
      remediate: async (input) => {
        await this.duringRemediate();
        return say('remediate', input, this.remediate);
      },
      undo: (input) => say('undo', input, this.undo),
      waitForHealthy: (input) => say('waitForHealthy', input, this.health),
      explain: (input) => say('explain', input, this.explain),
      policies: (input) => say('policies', input, this.policies),
      report: async (input) => {
        await this.duringReport(input.event);
        this.events.push(input.event);
      },
    };
  }
}

/** Receivers that write down what they are told. */
export class ScriptedReceivers {
  readonly told: NotifyInput[] = [];
  verdict: Told = { delivered: true, detail: 'ok' };
  /** Set while nobody can be reached. */
  isAway = false;
  /** Runs while a message is under way; fails for receivers that are away. */
  during: (kind: NotifyInput['notification']['kind']) => Promise<void> = async () => {};

  /** `receiver:kind` of each message, in order. */
  get messages(): string[] {
    return this.told.map(({ receiver, notification }) => `${receiver}:${notification.kind}`);
  }
}
