import { describe, expect, it } from '@jest/globals';
import { answerError } from '../../../activities/kubernetes/answer-error.ts';

const status = (message: string, details: object = {}) => JSON.stringify({ kind: 'Status', message, details });
const budget = {
  causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget checkout needs 3 healthy pods' }],
};

const missingRight = 'pods "a" is forbidden: User "u" cannot get resource "pods" in API group "" in the namespace "n"';

const answers: [what: string, status: number, text: string, code: string][] = [
  ['a bad token', 401, status('Unauthorized'), 'CREDENTIALS_REFUSED'],
  ['a missing right', 403, status(missingRight), 'PERMISSION_DENIED'],
  ['a missing right, as a proxy says it', 403, '<html>Forbidden</html>', 'PERMISSION_DENIED'],
  [
    'an owner that we may not finalize',
    403,
    status(
      'jobs.batch "a" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can\'t set finalizers on: , <nil>',
    ),
    'PERMISSION_DENIED',
  ],
  [
    'a quota that is used up',
    403,
    status('pods "a" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3'),
    'ADMISSION_REFUSED',
  ],
  [
    'Pod Security',
    403,
    status('pods "a" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true'),
    'ADMISSION_REFUSED',
  ],
  [
    'an admission that is not ready yet',
    403,
    status('pods "a" is forbidden: not yet ready to handle request'),
    'CLUSTER_UNAVAILABLE',
  ],
  ['a webhook that says no', 400, status('admission webhook "w.x.io" denied the request: no'), 'ADMISSION_REFUSED'],
  ...[403, 409, 422, 429, 500].map((code): (typeof answers)[number] => [
    'a webhook that says no with a status of its own',
    code,
    status('admission webhook "w.x.io" denied the request: metadata.uid: precondition uid', budget),
    'ADMISSION_REFUSED',
  ]),
  [
    'a webhook that does not answer',
    500,
    status('Internal error occurred: failed calling webhook "w.x.io": Post "https://w": connection refused'),
    'ADMISSION_UNAVAILABLE',
  ],
  [
    'an admission policy',
    422,
    status(
      "deployments.apps \"a\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: metadata.uid: no",
    ),
    'ADMISSION_REFUSED',
  ],
  ['an object that is not there', 404, status('pods "a" not found'), 'TARGET_GONE'],
  ['a write in between', 409, status('the object has been modified; please apply your changes'), 'CONFLICT'],
  ['another uid', 409, status('Precondition failed: UID in precondition: a, UID in object meta: b'), 'TARGET_REPLACED'],
  [
    'another uid, as an eviction says it',
    409,
    status('Operation cannot be fulfilled: the UID in the precondition (a) does not match the UID in record (b)'),
    'TARGET_REPLACED',
  ],
  ['a list that took too long', 410, status('The provided continue parameter is too old'), 'CONFLICT'],
  [
    'another uid, as a patch says it',
    422,
    status('Deployment.apps "a" is invalid: metadata.uid: Invalid value: "b": field is immutable'),
    'TARGET_REPLACED',
  ],
  ['a change that is not valid', 422, status('Deployment is invalid'), 'NOT_APPLICABLE'],
  ['a disruption budget', 429, status('Cannot evict pod', budget), 'EVICTION_BLOCKED'],
  ['too many requests', 429, status('Too many requests, please try again later.'), 'RATE_LIMITED'],
  [
    'two budgets for one pod',
    500,
    status('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'),
    'BUDGETS_CONFLICT',
  ],
  ['a fault of the server', 500, status('etcdserver: leader changed'), 'CLUSTER_UNAVAILABLE'],
  ['a proxy without a server', 502, '<html>Bad Gateway</html>', 'CLUSTER_UNAVAILABLE'],
  ['a server that starts', 503, '', 'CLUSTER_UNAVAILABLE'],
  ['a request that timed out', 408, '', 'CLUSTER_UNAVAILABLE'],
  ['a request that makes no sense', 400, status('bad'), 'INTERNAL'],
  ['an answer that is null', 503, 'null', 'CLUSTER_UNAVAILABLE'],
  ['an answer of another shape', 403, '{"message":{"a":1},"details":{"causes":"none"}}', 'PERMISSION_DENIED'],
];

describe('an answer of the API server', () => {
  it.each(answers)('%s is %i', (_, status, text, code) => {
    expect(answerError('GET pods', { status, text }).code).toBe(code);
  });

  it('says the call, the server’s words and its causes', () => {
    const error = answerError('POST eviction', { status: 429, text: status('Cannot evict pod', budget) });
    expect(error.message).toBe(
      'POST eviction: 429 Cannot evict pod; The disruption budget checkout needs 3 healthy pods',
    );
  });

  it('says it on one line, bounded, without what cannot be seen and without secrets', () => {
    const words = 'admission webhook "w" denied the request: \u001b[31mno\u202e\nAPI_KEY=sk-live-1234567890abcdef ';
    const { message } = answerError('PATCH', { status: 400, text: status(words.padEnd(100_000, 'x')) });
    expect(message).toMatch(/^PATCH: 400 admission webhook "w" denied the request: no /);
    expect(message).not.toContain('1234567890');
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(message.length).toBeLessThan(520);
  });

  it('keeps the time after which to come back, from the header or the body', () => {
    const text = status('slow down', { retryAfterSeconds: 7 });
    expect(answerError('GET', { status: 429, text, retryAfter: '3' }).retryAfterMs).toBe(3_000);
    expect(answerError('GET', { status: 429, text }).retryAfterMs).toBe(7_000);
    expect(answerError('GET', { status: 429, text: '' }).retryAfterMs).toBe(1_000);
    expect(answerError('GET', { status: 503, text: '' }).retryAfterMs).toBe(undefined);
  });
});
