import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { signTicket, type Ticket, type TicketedAct, ticketFault, ticketOver } from '../../../domain/run/ticket.ts';
import { anActionAlert, aTarget, nowMs } from '../../activities/support/builders.ts';

const keys = [{ id: 'k1', secret: 'a-key-that-hub-and-workers-share-0123456789' }];
const target = aTarget();
const act: TicketedAct = {
  ...{ cluster: 'test', workflowId: 'remediation/test/X/f', runId: 'run-1', token: 'run-1.0.0', policy: 'memory' },
  step: {
    ...{ action: 'runJob', params: { image: 'a', namespace: 'shop' }, withinMs: 60_000 },
    ...{ approval: 'Required', risk: 'high', takesPodAway: false },
  },
  target,
  alert: anActionAlert,
};
const approval = { question: 'd1', who: ['ada'], untilMs: nowMs + 30_000 };
const terms = { approval, notBeforeMs: nowMs, expiresAtMs: nowMs + 60_000 };
const ticket = signTicket(keys, act, terms) as Ticket;

describe('a ticket', () => {
  it('allows the act that it was signed for, after it went through JSON', () => {
    expect(ticketFault(keys, ticket, act)).toBeUndefined();
    expect(ticketFault(keys, JSON.parse(JSON.stringify(ticket)), JSON.parse(JSON.stringify(act)))).toBeUndefined();
  });

  const others: [what: string, change: Partial<TicketedAct>, why: string][] = [
    ['in another cluster', { cluster: 'prod' }, 'another cluster'],
    ['of another run', { workflowId: 'remediation/test/X/g' }, 'another run'],
    ['of a later run of the same id', { runId: 'run-2' }, 'another run'],
    ['a second time in the run', { token: 'run-1.0.1' }, 'another act of the run'],
    ['under another policy', { policy: 'other' }, 'another policy'],
    ['with another action', { step: { ...act.step, action: 'deletePod' } }, 'another action'],
    [
      'with other parameters',
      { step: { ...act.step, params: { image: 'a', namespace: 'kube-system' } } },
      'other parameters of the step',
    ],
    ['with less approval', { step: { ...act.step, approval: 'None' } }, 'other parameters of the step'],
    [
      'on another pod',
      { target: { ...target, pod: { ...(target.pod ?? target.workload), uid: 'uid-b' } } },
      'another pod',
    ],
    ['on no pod', { target: { namespace: 'shop', workload: target.workload } }, 'another pod'],
    [
      'on another workload of the same name',
      { target: { ...target, workload: { ...target.workload, uid: 'uid-new' } } },
      'another workload',
    ],
    [
      'in another namespace',
      { target: { ...target, workload: { ...target.workload, namespace: 'kube-system' } } },
      'another workload',
    ],
    [
      'for other labels of the alert',
      { alert: { ...anActionAlert, labels: { ...anActionAlert.labels, more: 'x' } } },
      'other labels of the alert',
    ],
    ['for another alert', { alert: { ...anActionAlert, fingerprint: 'f' } }, 'other labels of the alert'],
  ];
  it.each(others)('does not allow it %s', (_, change, why) => {
    expect(ticketFault(keys, ticket, { ...act, ...change })).toBe(`the ticket is for ${why}`);
  });

  it('is worth nothing with any of its fields changed, added or left out', () => {
    const paths = leavesOf(ticket);
    expect(paths.length).toBeGreaterThan(18);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const changed = withValue(ticket, path, value);
        fc.pre(JSON.stringify(changed) !== JSON.stringify(ticket));
        expect(ticketFault(keys, changed, act)).toMatch(/^the ticket is not ours: /);
      }),
    );
    for (const name of Object.keys(ticket)) {
      expect(ticketFault(keys, { ...ticket, [name]: undefined }, act)).toMatch(/^the ticket is not ours: /);
    }
    expect(ticketFault(keys, { ...ticket, more: 1 }, act)).toBe('the ticket is not ours: its signature is wrong');
  });

  it('of any shape is refused without an exception', () => {
    fc.assert(
      fc.property(fc.anything(), (anything) => {
        expect(ticketFault(keys, anything, act)).toMatch(
          /^the act has no ticket$|^the ticket is not ours: it has no signature$/,
        );
      }),
    );
  });

  it('is not signed without a key, and not believed without or under another one', () => {
    expect(signTicket([], act, terms)).toBeUndefined();
    expect(ticketFault([], ticket, act)).toContain('MENDFLOW_APPROVAL_KEY');
    expect(ticketFault([{ id: 'k1', secret: 'x'.repeat(32) }], ticket, act)).toContain('its signature is wrong');
    expect(ticketFault([{ id: 'k2', secret: 'x'.repeat(32) }], ticket, act)).toContain('not known here');
  });

  it('ends with its approval, or with its permit where that ends first', () => {
    expect(ticketOver(ticket, approval.untilMs)).toBeUndefined();
    expect(ticketOver(ticket, approval.untilMs + 1)).toContain('the approval ended at');
    const { approval: _, ...plain } = terms;
    const unasked = signTicket(keys, act, plain) as Ticket;
    expect(ticketOver(unasked, terms.expiresAtMs)).toBeUndefined();
    expect(ticketOver(unasked, terms.expiresAtMs + 1)).toContain('the permit ended at');
  });

  it('does not begin long before it was granted', () => {
    expect(ticketOver(ticket, nowMs - 1_000)).toBeUndefined();
    expect(ticketOver(ticket, nowMs - 3_600_000)).toContain('the permit begins at');
  });
});

type Path = readonly (string | number)[];

function leavesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}

function withValue(object: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  const copy = Array.isArray(object) ? [...object] : { ...(object as object) };
  (copy as Record<string | number, unknown>)[key] = withValue(
    (object as Record<string | number, unknown>)[key],
    rest,
    value,
  );
  return copy;
}
