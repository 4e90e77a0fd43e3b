import { describe, expect, it } from '@jest/globals';
import { defaultLimits } from '../../domain/guard/rules/rule.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { anAlert, aPolicy, aShop, minutes, type Shop } from './support/a-world.ts';

const executionOf = ({ world }: Shop) => {
  const [run] = world.runs();
  const execution = run && world.server.find(run.workflowId);
  if (run === undefined || execution === undefined) throw new Error('no run');
  return { run, execution };
};

/** A namespace in which nothing may be done, so that the guard holds for ever. */
const busy = { ...defaultLimits, concurrency: { namespace: 0, cluster: 5 } };

function held(holdAtMost: string) {
  const asked: number[] = [];
  const shop: Shop = aShop({
    limits: busy,
    policies: [aPolicy({ guards: { holdAtMost } })],
    tamper: {
      hub: (hub) => ({
        ...hub,
        askGuard: (input) => {
          asked.push(shop.world.clock.nowMs);
          return hub.askGuard(input);
        },
      }),
    },
  });
  /** Times between the questions to the guard, ms. */
  const gaps = () => asked.slice(1).map((atMs, index) => atMs - (asked[index] ?? 0));
  return { ...shop, gaps };
}

describe('a run that the guard holds', () => {
  it('asks less and less often, up to every five minutes, and not in step with others', async () => {
    const shop = held('2h');
    shop.world.deliver(anAlert(shop.ill));
    await shop.world.advance(minutes(60));
    const [first = 0, second = 0, ...others] = shop.gaps();
    expect(first).toBeLessThan(20_000);
    expect(second).toBeGreaterThan(20_000);
    const late = others.slice(-5);
    for (const gapMs of late) expect(gapMs).toBeLessThanOrEqual(minutes(5) + 5_000);
    for (const gapMs of late) expect(gapMs).toBeGreaterThanOrEqual(minutes(4) - 1);
    expect(new Set(late).size).toBeGreaterThan(1);
  });

  it('for a whole day writes fewer than 6,000 events', async () => {
    const shop = held('1d');
    shop.world.deliver(anAlert(shop.ill));
    await shop.world.advance(minutes(24 * 60) - 1);
    const { run, execution } = executionOf(shop);
    expect(run.status.phase).toBe('AwaitingPermit');
    // All executions together: the run continues as new meanwhile.
    const executions = shop.world.server.executions.filter(({ workflowId }) => workflowId === execution.workflowId);
    const events = executions.reduce((sum, { historyLength }) => sum + historyLength, 0);
    process.stdout.write(`a hold of 24 hours: ${events} events in ${executions.length} executions\n`);
    expect(events).toBeLessThan(6_000);
  }, 60_000);

  it('gives up when the policy says, not a wait later', async () => {
    const shop = held('1h');
    shop.world.deliver(anAlert(shop.ill));
    await shop.world.advance(minutes(61));
    const { status } = executionOf(shop).run;
    const gaveUp = status.timeline.find(({ reason }) => reason === 'heldTooLong');
    expect(Date.parse(gaveUp?.at ?? '')).toBeLessThanOrEqual(shop.world.clock.nowMs - minutes(1) + 10_000);
  });

  it('looks at once when Alertmanager says resolved', async () => {
    const shop = held('2h');
    const { world, ill } = shop;
    world.deliver(anAlert(ill));
    await world.advance(minutes(40));
    const asked = shop.gaps().length;
    world.deliver(anAlert(ill, { status: 'resolved' }));
    await world.advance(2_000);
    expect(shop.gaps().length).toBe(asked + 1);
  });
});

describe('an eviction that a disruption budget blocks', () => {
  it('is tried again less and less often, until the step’s deadline', async () => {
    const tries: number[] = [];
    const shop: Shop = aShop({
      policies: [aPolicy({ steps: [{ evictPod: {}, within: '30m' }] })],
      tamper: {
        port: (port) => ({
          ...port,
          evictPod: async () => {
            tries.push(shop.world.clock.nowMs);
            throw new MendflowError('EVICTION_BLOCKED', 'needs 3 healthy pods');
          },
        }),
      },
    });
    shop.world.deliver(anAlert(shop.ill));
    await shop.world.advance(minutes(31));
    const { status } = executionOf(shop).run;
    expect(status).toMatchObject({ phase: 'Escalated', reason: 'evictionBlocked' });
    expect(tries.length).toBeLessThan(25);
    expect((tries.at(-1) ?? 0) - (tries[0] ?? 0)).toBeGreaterThan(minutes(29));
    expect(shop.world.guard().leases).toEqual([]);
  });
});
