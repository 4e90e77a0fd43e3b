import { objectLabels } from '../../domain/alert/exporter-labels.ts';
import { passesByItself } from '../../domain/run/way-back.ts';
import { workloadKey } from '../../domain/target/target.ts';
import type { RunView } from '../world.ts';
import { applyEvent } from './events.ts';
import type { PolicyCase } from './policy-case.ts';
import { beginFault, createSetup, type Mismatch, type RecordedAct, type Setup } from './setup.ts';

/** Everything that came of a test. Times count from its beginning. */
export interface Played {
  runs: PlayedRun[];
  acts: PlayedAct[];
  told: { atMs: number; receiver: string; kind: string; summary: string }[];
  /** Events that could not happen as they are written. */
  wrong: Mismatch[];
}

/** A run, and the place of the pod that it is about. */
export interface PlayedRun {
  view: RunView;
  startMs: number;
  workload?: string;
  pod?: number;
}

/** A change that Mendflow made. */
export interface PlayedAct {
  atMs: number;
  action: string;
  /** It takes that step back. */
  isUndo: boolean;
  workload: string;
  pod?: number;
}

/** Something that happens at a moment of the play. */
interface Moment {
  atMs: number;
  apply(): void;
}

/** Plays the test in virtual time. Rejects with what is a fault of Mendflow itself. */
export async function play(policyCase: PolicyCase): Promise<Played> {
  const setup = createSetup(policyCase);
  const { world, wrong, pending } = setup;
  for (const { atMs, apply } of momentsOf(setup)) {
    // Faults that began before the test are there when it begins.
    if (atMs > 0) await world.clock.runUntil(policyCase.startMs + atMs);
    apply();
  }
  await world.clock.runUntil(policyCase.startMs + policyCase.forMs);
  setup.slots.refresh();
  return {
    runs: withoutRepeats(world.runs()).map((view) => playedRun(setup, view)),
    acts: setup.acts.map((act) => playedAct(act, policyCase.startMs)),
    told: world.told.map(({ atMs, receiver, notification: { kind, summary } }) => {
      return { atMs: atMs - policyCase.startMs, receiver, kind, summary };
    }),
    wrong: [...wrong, ...pending],
  };
}

/** Faults stand before events of the same moment: who alerts has seen the fault. */
function momentsOf(setup: Setup): Moment[] {
  const { cluster, events } = setup.policyCase;
  const faults = cluster.faults.map((fault, index): Moment => {
    return { atMs: fault.from, apply: () => beginFault(setup, fault, `cluster.faults[${index}]`) };
  });
  const moments = events.map((event, index): Moment => {
    return { atMs: event.at, apply: () => applyEvent(setup, event, `events[${index}]`) };
  });
  return [...faults, ...moments].sort((a, b) => a.atMs - b.atMs);
}

/** What the sweep looked at again, and what was refused for the same reason again, is one refusal to whoever reads the test. */
function withoutRepeats(runs: readonly RunView[]): RunView[] {
  const said = ({ workflowId, report }: RunView) => `${workflowId} ${report?.outcome} ${report?.reason}`;
  const isPassing = ({ report }: RunView) => passesByItself(report?.reason);
  return runs.filter((run, index) => {
    const before = runs.slice(0, index).findLast(({ workflowId }) => workflowId === run.workflowId);
    return before === undefined || !isPassing(run) || said(before) !== said(run);
  });
}

function playedRun({ slots, policyCase }: Setup, view: RunView): PlayedRun {
  const { target } = view.status;
  const { namespace, pod: named } = objectLabels(view.alert.labels);
  const pod = slots.placeOf(named === undefined ? (target?.pod?.uid ?? '') : `${namespace}/${named}`);
  return {
    view,
    startMs: policyCase.startMs,
    ...(target && { workload: workloadKey(target) }),
    ...(pod !== undefined && { pod }),
  };
}

function playedAct({ write, pod }: RecordedAct, startMs: number): PlayedAct {
  const { atMs, workload, by } = write;
  const isUndo = by?.isUndo === true;
  return {
    ...{ atMs: atMs - startMs, action: by?.action ?? write.verb, isUndo, workload },
    ...(pod !== undefined && { pod }),
  };
}
