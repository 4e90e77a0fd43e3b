import { condition, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import { ContinuedAsNew } from '../../../simulation/temporal/commands.ts';
import type { Tamper } from '../../../simulation/world.ts';
import type { ScheduledEvent } from '../search/schedule.ts';
import { aDay, trouble } from './a-day.ts';
import type { Mutant } from './mutants.ts';
import { rememberVerify } from './tampers.ts';

type Code = (...args: never[]) => Promise<unknown>;

/** The workflow with other code around it. */
const around = (name: string, wrap: (real: Code) => Code): Tamper => ({
  workflows: (real) => ({ ...real, [name]: wrap(real[name] as Code) }),
});

/** A fault that no restart cures, so that a person is asked. */
const incurable = (more: Parameters<typeof trouble>[2] = {}) => trouble(0, 0, { where: 'template', ...more });
/** Nothing of it matters; the day goes on for an hour after it. */
const later = (at: number): ScheduledEvent => ({ kind: 'reset', at, workload: 5 });
const evicting = { policy: { steps: 'evict' as const } };

/** One mutant for each statement about what must happen. */
export const livenessMutants: readonly Mutant[] = [
  {
    plant: 'a run waits for ever when its work is done',
    breaks: 'L1',
    tamper: around('remediation', (real) => async (...args) => {
      await real(...args);
      await condition(() => false);
    }),
    day: aDay([trouble(0, 0)]),
  },
  {
    plant: 'a run that closes does not go on with the next episode',
    breaks: 'L2',
    tamper: around('remediation', (real) => async (...args) => {
      try {
        return await real(...args);
      } catch (error) {
        if (!(error instanceof ContinuedAsNew)) throw error;
        return (error.args[0] as { before?: unknown }).before;
      }
    }),
    day: aDay(
      [
        incurable(),
        { kind: 'receiver', at: 35, receiver: 'oncall', how: 'hangs', minutes: 15 },
        { kind: 'answer', at: 40, how: 'abort', who: 'ada' },
        { kind: 'flap', at: 40, alert: 0, times: 1, seconds: 3 },
      ],
      evicting,
    ),
  },
  {
    plant: 'what was refused is not looked at again',
    breaks: 'L3',
    tamper: { hub: (hub) => ({ ...hub, startSweep: async () => undefined }) },
    day: aDay([{ kind: 'pause', at: 0, how: 'guard', minutes: 30 }, trouble(5, 0), later(30)]),
  },
  {
    plant: 'the guard names a later end of a freeze',
    breaks: 'L3',
    tamper: {
      hub: (hub) => ({
        ...hub,
        askGuard: async (input) => {
          const verdict = await hub.askGuard(input);
          return verdict.kind === 'hold' && verdict.reason === 'frozen'
            ? { ...verdict, retryAfterMs: 86_400_000 }
            : verdict;
        },
      }),
    },
    day: aDay([trouble(65, 0), later(120)], { policy: { hasFreeze: true, holdMinutes: 10 } }),
  },
  {
    plant: 'an escalation believes its first look at the cluster',
    breaks: 'L4',
    tamper: rememberVerify(),
    day: aDay([incurable({ lasts: 30 }), later(60)], evicting),
  },
  {
    plant: 'the wish for another try is taken and forgotten',
    breaks: 'L5',
    tamper: around('remediation', (real) => async (...args) => {
      const done = real(...args);
      setHandler(defineUpdate('retry'), () => 'retry is taken');
      return done;
    }),
    day: aDay([incurable(), { kind: 'answer', at: 30, how: 'retry', who: 'ada' }], evicting),
  },
  {
    plant: 'messages are said to be delivered and are not',
    breaks: 'L6',
    tamper: { hub: (hub) => ({ ...hub, notify: async () => ({ delivered: true, detail: 'delivered' }) }) },
    day: aDay([incurable()], evicting),
  },
  {
    plant: 'whoever is paged late does not hear that the run has ended',
    breaks: 'L6',
    tamper: {
      hub: (hub) => ({
        ...hub,
        notify: async (input) =>
          input.notification.kind === 'closed' ? { delivered: true, detail: 'delivered' } : hub.notify(input),
      }),
    },
    day: aDay(
      [
        incurable(),
        { kind: 'receiver', at: 0, receiver: 'oncall', how: 'fails', minutes: 20 },
        { kind: 'answer', at: 10, how: 'abort', who: 'ada' },
      ],
      evicting,
    ),
  },
  {
    plant: 'the guard reads a pause without looking what it is',
    breaks: 'L7',
    tamper: around('guard', (real) => async (...args) => {
      const done = real(...args);
      setHandler(defineSignal<[{ id: string }]>('pause'), ({ id }) => {
        id.trim();
      });
      return done;
    }),
    day: aDay([
      trouble(0, 0),
      ...[0, 1, 5].map((value): ScheduledEvent => ({ kind: 'garbage', at: 5, to: 'guard', name: 5, value })),
    ]),
  },
  {
    plant: 'a guard that is started anew finds nothing of the one before it',
    breaks: 'L8',
    tamper: { hub: (hub) => ({ ...hub, recallGuard: async () => ({ kind: 'first', heard: [] }) }) },
    day: aDay([trouble(0, 0), { kind: 'guardEnds', at: 20 }]),
  },
  {
    plant: 'a guard that is started anew forgets who holds a workload',
    breaks: 'L8',
    tamper: {
      hub: (hub) => ({
        ...hub,
        recallGuard: async (input) => {
          const found = await hub.recallGuard(input);
          return found.kind === 'found' ? { ...found, state: { ...found.state, leases: [] } } : found;
        },
      }),
    },
    // While a person is asked, the lease is out for minutes.
    day: aDay([trouble(0, 0), { kind: 'guardEnds', at: 2 }], { policy: { approval: 'Required' } }),
  },
  {
    plant: 'incidents are kept nowhere',
    breaks: 'L9',
    tamper: {
      hub: (hub) => ({
        ...hub,
        reportIncident: async () => {
          throw new Error('no incidents here');
        },
      }),
    },
    day: aDay([{ kind: 'unreadable', at: 0, minutes: 20 }, trouble(0, 0), trouble(0, 1)]),
  },
  {
    plant: 'nobody remembers about which workload a person is asked',
    breaks: 'G19',
    tamper: {
      hub: (hub) => ({
        ...hub,
        reportIncident: async (input) => {
          const { key, workflowId } = input.report;
          return key === 'conversation' ? { key, speaker: workflowId } : hub.reportIncident(input);
        },
      }),
    },
    day: aDay([incurable(), incurable({ at: 30, pod: 1 })], evicting),
  },
  {
    plant: 'nobody is told that a history is long',
    breaks: 'L10',
    tamper: { eventsPerRun: 100_000 },
    day: aDay(
      [
        { kind: 'nodeDown', at: 0, node: 0, minutes: 600 },
        { kind: 'nodeDown', at: 0, node: 1, minutes: 600 },
        trouble(1, 0, { pod: 2 }),
        // A hold backs off, so it takes a long day.
        trouble(590, 5),
      ],
      { policy: { maxUnhealthyPercent: 100, holdMinutes: 900 } },
    ),
  },
];
