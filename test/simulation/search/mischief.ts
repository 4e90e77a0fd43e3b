import type { GuardState } from '../../../domain/guard/state.ts';
import type { ReceiverFate } from '../../../simulation/receivers.ts';
import type { World } from '../../../simulation/world.ts';
import { receivers, type ScheduledEvent } from './schedule.ts';
import type { Away, Span } from './trace.ts';

const minuteMs = 60_000;

/** A guard that was terminated is there again within this. */
const restoredAfterMs = 45_000;

/** Names and values that nobody asked for. */
const names = ['alert', 'resolved', 'joined', 'approve', 'decide', 'pause', 'resume', 'releasePermit'];
const otherNames = ['sightings', 'resetWorkload', 'truncated', 'retry', 'abort', 'odd', '__proto__', 'takeOver'];
const values: unknown[][] = [
  [],
  [null],
  [{}],
  ['x'.repeat(10_000)],
  [[[[]]]],
  [{ id: 7, who: { toString: 'no' }, startsAt: [], alert: null }],
  [Number.MAX_VALUE, true, 'and more'],
  [{ workflowId: '../../etc', labels: 'none', requestId: {}, pauses: 'all' }],
];

interface GuardEnd {
  atMs: number;
  state: GuardState;
  after?: { atMs: number; state: GuardState };
}

type Mischievous = Extract<
  ScheduledEvent,
  { kind: 'garbage' | 'guardEnds' | 'receiver' | 'unreadable' | 'refusal' | 'unknownCluster' }
>;

/**
 * What a day may bring from outside: garbage, receivers that fail, a guard that is terminated, a cluster that is away or
 * takes no new pod. */
export class Mischief {
  readonly away: Away[] = [];
  readonly unreadable: Span[] = [];
  readonly guardEnds: GuardEnd[] = [];
  readonly unknownClusters: { atMs: number; cluster: string }[] = [];
  readonly refusals: (Span & { namespace: string })[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  do(event: Mischievous): unknown {
    const { nowMs } = this.#world.clock;
    switch (event.kind) {
      case 'garbage':
        return this.#throwGarbage(event);
      case 'guardEnds':
        return this.#endGuard();
      case 'receiver': {
        const { receiver, how, minutes } = event;
        const span = { how, fromMs: nowMs, toMs: nowMs + minutes * minuteMs };
        const those = receiver === 'all' ? receivers : [receiver];
        return this.away.push(...those.map((name) => ({ receiver: name, ...span })));
      }
      case 'unreadable':
        return this.unreadable.push({ fromMs: nowMs, toMs: nowMs + event.minutes * minuteMs });
      case 'refusal':
        return this.#refusePods(event);
      case 'unknownCluster':
        return this.#nameUnknownCluster(event);
      default:
        return event satisfies never;
    }
  }

  fateOf(receiver: string): ReceiverFate {
    return this.away.findLast((span) => span.receiver === receiver && this.#isNow(span))?.how ?? 'delivers';
  }

  isUnreadable(): boolean {
    return this.unreadable.some((span) => this.#isNow(span));
  }

  #isNow({ fromMs, toMs }: Span): boolean {
    const { nowMs } = this.#world.clock;
    return fromMs <= nowMs && nowMs < toMs;
  }

  #refusePods({ namespace, minutes }: Extract<ScheduledEvent, { kind: 'refusal' }>): void {
    const { clock, cluster } = this.#world;
    const toMs = clock.nowMs + minutes * minuteMs;
    this.refusals.push({ namespace, fromMs: clock.nowMs, toMs });
    cluster.store.refusals.set(namespace, 'exceeded quota: pods');
    clock.at(toMs, () => {
      // One that began meanwhile may last longer.
      if (this.refusals.every((span) => span.namespace !== namespace || span.toMs <= clock.nowMs))
        cluster.store.refusals.delete(namespace);
    });
  }

  #nameUnknownCluster({ name, times, seconds }: Extract<ScheduledEvent, { kind: 'unknownCluster' }>): void {
    const { clock } = this.#world;
    for (let index = 0; index < times; index += 1) {
      clock.after(index * seconds * 1_000, () => {
        const cluster = `unknown-${name}`;
        this.unknownClusters.push({ atMs: clock.nowMs, cluster });
        this.#world.tellUnknownCluster(cluster);
      });
    }
  }

  #throwGarbage({ to, name: index, value }: Extract<ScheduledEvent, { kind: 'garbage' }>): void {
    const { server, guardId } = this.#world;
    const running = this.#world.runs().filter(({ workflowId }) => server.isRunning(workflowId));
    const id = to === 'guard' ? guardId : running[index % Math.max(1, running.length)]?.workflowId;
    if (id === undefined) return;
    const args = values[value % values.length] ?? [];
    for (const list of [names, otherNames]) {
      const name = list[index % list.length] ?? 'odd';
      server.signal(id, name, ...args).catch(() => undefined);
      server.update(id, name, args).catch(() => undefined);
    }
  }

  #endGuard(): void {
    const { server, guardId, clock } = this.#world;
    if (!server.isRunning(guardId)) return;
    const end: GuardEnd = { atMs: clock.nowMs, state: this.#world.guard() };
    this.guardEnds.push(end);
    server.terminate(guardId);
    clock.after(restoredAfterMs, () => {
      const run = server.find(guardId);
      if (run?.status !== 'running' || !run.hasBegun) return false;
      end.after = { atMs: clock.nowMs, state: this.#world.guard() };
      return false;
    });
  }
}
