import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { humanMessages, signals } from '../../domain/run/contract.ts';
import type { RunStatus } from '../../domain/run/status.ts';
import { anAlert, aPolicy, aShop, minutes } from './support/a-world.ts';

const approval = [{ evictPod: {}, within: '5m', approval: 'Required' }];
const long = fc.string({ minLength: 5_000, maxLength: 20_000 });
/** What is almost a message is worse than what is none. */
const almost = fc.record(
  {
    id: fc.oneof(fc.string(), fc.jsonValue(), long),
    who: fc.oneof(fc.string(), fc.jsonValue(), long),
    at: fc.jsonValue(),
    note: fc.oneof(fc.jsonValue(), long),
    digest: fc.jsonValue(),
    signature: fc.jsonValue(),
    startsAt: fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('2026-03-01T10:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'),
    ),
    receivedAt: fc.jsonValue(),
    workflowId: fc.oneof(fc.jsonValue(), fc.constant('remediation/default/x/y')),
    alert: fc.oneof(fc.jsonValue(), fc.record({ labels: fc.jsonValue(), alertname: fc.jsonValue() })),
  },
  { requiredKeys: [] },
);
const payload = fc.oneof(fc.constant(undefined), fc.jsonValue(), long, almost);
const names = [...Object.values(signals), ...humanMessages, 'noSuchSignal', ''];
const message = fc.record({ name: fc.constantFrom(...names), payload, isUpdate: fc.boolean() });

/** Abort and take over that are well formed stop a run; that is what they are for. */
const isStop = ({ name, payload: value }: { name: string; payload: unknown }) =>
  (name === 'abort' || name === 'takeOver') && typeof value === 'object' && value !== null;

describe.each([
  ['that waits for approval', 'AwaitingApproval', [aPolicy({ steps: approval })]],
  ['that is escalated', 'Escalated', [aPolicy({ steps: approval, approval: { expiresAfter: '1m' } })]],
] as const)('a run %s', (_what, phase, policies) => {
  it('takes messages of any shape, and goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          message.filter((one) => !isStop(one)),
          { maxLength: 40 },
        ),
        async (messages) => {
          const { world, ill } = aShop({ policies });
          world.deliver(anAlert(ill));
          await world.advance(minutes(3));
          const [{ workflowId } = { workflowId: '' }] = world.runs();
          for (const { name, payload: value, isUpdate } of messages) {
            const args = value === undefined ? [] : [value];
            const sent = isUpdate
              ? world.server.update(workflowId, name, args)
              : world.server.signal(workflowId, name, ...args);
            void sent.catch(() => undefined);
          }
          await world.advance(1_000);
          const status = world.server.query(workflowId, 'status') as RunStatus;
          expect(JSON.stringify(status).length).toBeLessThan(200_000);
          expect(world.server.isRunning(workflowId)).toBe(true);
          expect([phase, 'Verifying', 'Escalated', 'AwaitingApproval']).toContain(status.phase);
          expect(world.acts()).toEqual([]);
          const stopped = world.say(workflowId, 'takeOver');
          await world.advance(minutes(5));
          expect(await stopped).toBe('takeOver is taken');
          expect(world.server.isRunning(workflowId)).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});
