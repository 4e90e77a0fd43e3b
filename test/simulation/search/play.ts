import type { ClusterActivities, DecideInput } from '../../../activities/contract.ts';
import { pauseAnnotation } from '../../../domain/policy/switches.ts';
import { remediationWorkflowId } from '../../../domain/run/contract.ts';
import type { Tamper, WorldOptions } from '../../../simulation/world.ts';
import { World } from '../../../simulation/world.ts';
import { forge } from '../support/forge.ts';
import { Cast } from './cast.ts';
import { GuardWatch } from './guard-watch.ts';
import { Mischief } from './mischief.ts';
import type { Schedule, ScheduledEvent } from './schedule.ts';
import { eventsPerRun, faultInjectionOf, freezesOf, furnish, limitsOf, policyOf } from './setup.ts';
import type { Act, Look, Ruling, Said, Span, Trace } from './trace.ts';
import { lookAround, wellSince } from './truth.ts';

const minuteMs = 60_000;
/** 2026-03-02T10:00:00Z. */
export const dayStartMs = Date.parse('2026-03-02T10:00:00Z');
/** Whoever decides may be so far behind the cluster. */
const behindMs = 10_000;
/** The day goes on for so long after the last thing that happens. */
const afterMs = 60 * minuteMs;
const switchMap = 'mendflow-system/mendflow-switch';

/** Plays a day and writes down everything that the invariants ask for. */
export async function play(schedule: Schedule, tamper: Tamper = {}): Promise<Trace> {
  const day = new Day(schedule, tamper);
  await day.run();
  return day.trace();
}

class Day {
  readonly #schedule: Schedule;
  readonly #world: World;
  readonly #cast: Cast;
  readonly #rulings: Ruling[] = [];
  readonly #grants = new Map<string, Ruling>();
  readonly #acts: Act[] = [];
  readonly #said: Said[] = [];
  readonly #switchPauses: (Span & { namespace?: string })[] = [];
  readonly #modes: { atMs: number; mode: Schedule['policy']['mode'] }[] = [];
  readonly #resets: { atMs: number; workload: string }[] = [];
  readonly #wentOut = new Map<string, number>();
  readonly #looks: Look[] = [];
  readonly #releases: Trace['releases'][number][] = [];
  readonly #watch: GuardWatch;
  readonly #down: (Span & { who: 'hub' | 'worker' })[] = [];
  readonly #ended: { atMs: number; runId: string }[] = [];
  readonly #mischief: Mischief;
  #stuck: string | undefined;

  constructor(schedule: Schedule, tamper: Tamper) {
    this.#schedule = schedule;
    const policy = policyOf(schedule.policy);
    this.#modes.push({ atMs: dayStartMs, mode: policy.spec.mode });
    this.#world = new World({
      policies: [policy],
      startMs: dayStartMs,
      limits: limitsOf(schedule.limits),
      switches: { mode: 'Auto', configMap: { namespace: 'mendflow-system', name: 'mendflow-switch' } },
      pollEveryMs: 8_000,
      eventsPerRun,
      ...this.#surroundings(schedule),
      tamper: {
        ...tamper,
        hub: (hub) => this.#recording(tamper.hub?.(hub) ?? hub),
        worker: (worker) => this.#looking(tamper.worker?.(worker) ?? worker),
      },
      onGuarded: (storm) => this.#watch.note(storm),
    });
    this.#mischief = new Mischief(this.#world);
    this.#watch = new GuardWatch(this.#world, schedule);
    const { cluster } = this.#world;
    cluster.store.configMaps.set(switchMap, {});
    const workloads = furnish(cluster.store, schedule.workloads);
    this.#cast = new Cast(this.#world, workloads);
    schedule.workloads.forEach((plan, index) => {
      const key = this.#cast.keyOf(index);
      if (plan.isOut) this.#wentOut.set(key, dayStartMs);
    });
    cluster.onWrite = (write) => {
      if (!write.changed || write.isNote) return;
      const grant = this.#grants.get(write.by?.runId ?? '');
      const guard = this.#world.guard();
      const lease = guard.leases.find(({ runId }) => runId === write.by?.runId);
      const [active] = this.#world.policies;
      if (active === undefined) return;
      const sinceMs = (grant?.atMs ?? write.atMs) - behindMs;
      const truth = lookAround(cluster.store, write, { sinceMs, checks: active.spec.verify, wentOut: this.#wentOut });
      this.#acts.push({ ...write, guard, policy: active, truth, ...(grant && { grant }), ...(lease && { lease }) });
    };
  }

  async run(): Promise<void> {
    const { clock } = this.#world;
    for (const event of this.#schedule.events) {
      clock.at(dayStartMs + event.at * minuteMs, () => this.#let(event));
    }
    const lastMs = Math.max(...this.#schedule.events.map(({ at }) => at)) * minuteMs;
    try {
      await clock.runUntil(dayStartMs + lastMs + afterMs);
    } catch (error) {
      this.#stuck = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }

  /** The fault injection and the network of the schedule, and what people and mischief make of them. */
  #surroundings({ faultInjection, seed }: Schedule): Pick<WorldOptions, 'faultInjection' | 'network' | 'receivers'> {
    const { network, ...rest } = faultInjectionOf(faultInjection, seed);
    return {
      ...rest,
      network: (call) => (this.#mischief.isUnreadable() ? { delayMs: 0, end: 'refused' } : network(call)),
      receivers: (receiver) => this.#mischief.fateOf(receiver),
    };
  }

  trace(): Trace {
    const world = this.#world;
    return {
      schedule: this.#schedule,
      limits: limitsOf(this.#schedule.limits),
      startMs: dayStartMs,
      endMs: world.clock.nowMs,
      acts: this.#acts,
      writes: world.cluster.writes,
      rulings: this.#rulings,
      told: world.told,
      runs: world.runs(),
      said: this.#said,
      alerts: this.#cast.alerts,
      deliveries: this.#cast.deliveries,
      looks: this.#looks,
      away: this.#mischief.away,
      unreadable: this.#mischief.unreadable,
      refusals: this.#mischief.refusals,
      unknownClusters: this.#mischief.unknownClusters,
      guardEnds: this.#mischief.guardEnds,
      stormSpans: this.#watch.storms,
      wellSince: wellSince(world.cluster.store),
      down: this.#down,
      ended: this.#ended,
      ...(this.#stuck === undefined ? {} : { stuck: this.#stuck }),
      guardPauses: this.#watch.pauses,
      switchPauses: this.#switchPauses,
      modes: this.#modes,
      freezes: freezesOf(this.#schedule.policy, dayStartMs),
      resets: this.#resets,
      releases: this.#releases,
      guard: world.guard(),
      executions: world.server.executions,
    };
  }

  #let(event: ScheduledEvent): unknown {
    const world = this.#world;
    const { nowMs } = world.clock;
    switch (event.kind) {
      case 'trouble':
        return this.#cast.trouble(event);
      case 'falseAlarm':
        return this.#cast.falseAlarm(event);
      case 'resolved':
      case 'firing':
      case 'repeat':
        return this.#cast.again(event.alert, event.kind);
      case 'flap':
        return this.#cast.flap(event);
      case 'crash':
        return this.#crash(event);
      case 'garbage':
      case 'guardEnds':
      case 'receiver':
      case 'unreadable':
      case 'refusal':
      case 'unknownCluster':
        return this.#mischief.do(event);
      case 'terminate':
      case 'cancel':
        return this.#end(event);
      case 'pause':
        return this.#pause(event);
      case 'answer':
        return this.#answer(event);
      case 'mode':
        world.policies = [policyOf(this.#schedule.policy, event.mode)];
        return this.#modes.push({ atMs: nowMs, mode: event.mode });
      case 'rollout':
        return this.#cast.rollout(event.workload);
      case 'optOut':
        return this.#wentOut.set(this.#cast.optOut(event.workload), nowMs);
      case 'reset':
        this.#resets.push({ atMs: nowMs, workload: this.#cast.keyOf(event.workload) });
        return world.resetWorkload(this.#cast.keyOf(event.workload));
      case 'nodeDown':
        return this.#cast.nodeDown(event);
      case 'truncated':
        return world.tellTruncated();
      default:
        return event satisfies never;
    }
  }

  #end({ kind, run: index }: Extract<ScheduledEvent, { kind: 'terminate' | 'cancel' }>): void {
    const { server } = this.#world;
    const running = this.#world.runs().filter(({ workflowId }) => server.isRunning(workflowId));
    const run = running[index % Math.max(1, running.length)];
    if (run === undefined) return;
    this.#ended.push({ atMs: this.#world.clock.nowMs, runId: run.runId });
    server[kind](run.workflowId);
  }

  #crash({ who, seconds }: Extract<ScheduledEvent, { kind: 'crash' }>): void {
    const fromMs = this.#world.clock.nowMs;
    const toMs = fromMs + seconds * 1_000;
    if (who !== 'worker') {
      this.#down.push({ fromMs, toMs, who: 'hub' });
      this.#world.crashHub(seconds * 1_000);
    }
    if (who === 'hub') return;
    this.#down.push({ fromMs, toMs, who: 'worker' });
    this.#world.crashClusterWorker(seconds * 1_000);
  }

  #pause({ how, minutes }: Extract<ScheduledEvent, { kind: 'pause' }>): void {
    const { clock, cluster } = this.#world;
    const fromMs = clock.nowMs;
    const toMs = fromMs + minutes * minuteMs;
    if (how === 'guard' || how === 'timed') {
      const id = `pause-${fromMs}`;
      this.#world.pause({ id, who: 'ada', why: 'maintenance', ...(how === 'timed' && { untilMs: toMs }) });
      if (how === 'guard') clock.at(toMs, () => this.#world.resume(id));
      return;
    }
    const { configMaps, namespaces } = cluster.store;
    this.#switchPauses.push({ fromMs, toMs, ...(how === 'namespace' ? { namespace: 'shop' } : {}) });
    // A pause on top of another one ends when the later of them does.
    const lastMs = () => {
      const same = this.#switchPauses.filter(({ namespace }) => (namespace === undefined) === (how === 'configMap'));
      return Math.max(...same.map((span) => span.toMs));
    };
    if (how === 'namespace') {
      const shop = namespaces.get('shop');
      if (shop !== undefined) shop.annotations[pauseAnnotation] = new Date(lastMs()).toISOString();
      return;
    }
    configMaps.set(switchMap, { paused: 'yes' });
    clock.at(toMs, () => {
      if (lastMs() <= clock.nowMs) configMaps.set(switchMap, {});
    });
  }

  #answer({ how, who }: Extract<ScheduledEvent, { kind: 'answer' }>): void {
    const world = this.#world;
    for (const { workflowId, runId, status, report } of world.runs()) {
      if (report !== undefined) continue;
      const digest = status.question?.digest;
      const verb = how === 'approveOther' || how === 'forge' ? 'approve' : how;
      const atMs = world.clock.nowMs;
      const heard = how === 'forge' ? how : verb;
      const said = { who, ...(digest && { digest: how === 'approveOther' ? `${digest}x` : digest }) };
      const answered = how === 'forge' ? forge(world, workflowId, said) : world.say(workflowId, verb, said);
      void answered.then((answer) => this.#said.push({ atMs, runId, verb: heard, who, answer }));
    }
  }

  #looking(worker: ClusterActivities): ClusterActivities {
    const verify: ClusterActivities['verify'] = (input) => {
      this.#looks.push({ atMs: this.#world.clock.nowMs, workflowId: remediationWorkflowId(input.alert) });
      return worker.verify(input);
    };
    return { ...worker, verify };
  }

  #recording(hub: ReturnType<NonNullable<Tamper['hub']>>) {
    const decidePermits: typeof hub.decidePermits = async (input) => {
      const decisions = await hub.decidePermits(input);
      for (const [index, decision] of decisions.entries()) this.#rule(input, input.requests[index], decision);
      return decisions;
    };
    const releasePermit: typeof hub.releasePermit = (input) => {
      this.#releases.push({ atMs: this.#world.clock.nowMs, requestId: input.release.requestId });
      return hub.releasePermit(input);
    };
    return { ...hub, decidePermits, releasePermit };
  }

  #rule(
    { state, nowMs: atMs }: DecideInput,
    request: Ruling['request'] | undefined,
    decision: Ruling['decision'],
  ): void {
    if (request === undefined) return;
    const ruling = { atMs, state, request, decision };
    this.#rulings.push(ruling);
    if (decision.verdict.kind === 'grant' && request.isRehearsal !== true) this.#grants.set(request.runId, ruling);
  }
}
