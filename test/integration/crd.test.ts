import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { actions } from '../../activities/actions/index.ts';
import { policySchema } from '../../domain/policy/policy.ts';
import { actionNames } from '../support/action-names.ts';
import { aPolicyDocument } from '../support/builders.ts';
import { type PolicyCluster, policiesPath, readyMade, startPolicyCluster } from '../support/policy-cluster.ts';
import { until } from '../support/product/until.ts';
import { aWindow, guards, refusedPolicies, steps, verify } from '../support/refused-policies.ts';

let cluster: PolicyCluster;
beforeAll(async () => {
  cluster = await startPolicyCluster();
  await cluster.install();
}, 120_000);
afterAll(() => cluster?.stop(), 60_000);

/** As kubectl sends it, but nothing is kept. */
const strict = 'fieldValidation=Strict&dryRun=All';
const apply = (spec: object, query = strict) => cluster.create(aPolicyDocument(spec as never), query);
const isGoodFile = (spec: object) => policySchema(actions).safeParse(aPolicyDocument(spec as never)).success;

describe('kubectl apply', () => {
  it('takes the ready-made policies', async () => {
    for (const policy of readyMade()) {
      expect(await cluster.create(policy, strict)).toEqual({ status: 201, message: '', warning: '' });
    }
  });

  it('takes a policy that says all there is to say', async () => {
    const spec = {
      ...{ mode: 'Approve', priority: 10_000 },
      scope: { namespaces: ['shop', 'cart'], excludeLabels: { tier: 'db' } },
      ...verify(
        { podCondition: { reason: 'OOMKilled', restartsAtLeast: 2, within: '1h30m' } },
        { promql: { query: 'up' } },
      ),
      ...guards({
        ...{ cooldown: '10m', attempts: { perEpisode: 2, max: 3, per: '7d' }, maxUnhealthy: '40%', minReady: 2 },
        ...{
          budgets: [{ scope: 'node', max: 3, per: '1h' }],
          windows: [aWindow],
          freezes: [{ ...aWindow, timeZone: 'Europe/Berlin' }],
        },
      }),
      ...steps({ evictPod: { gracePeriodSeconds: 5 }, within: '5m' }, { rolloutRestart: {}, approval: 'Required' }),
      ...{ healthy: { stableFor: '2m' }, approval: { expiresAfter: '1d', twoPeople: true } },
      escalation: [{ notify: ['chat'], acknowledgeWithin: '15m' }, { notify: ['pager'] }],
    };
    expect(await apply(spec)).toEqual({ status: 201, message: '', warning: '' });
    expect(isGoodFile(spec)).toBe(true);
  });

  it.each(refusedPolicies)('refuses %s', async (_, spec, message) => {
    const reply = await apply(spec);
    expect(reply).toMatchObject({ message: expect.stringContaining(message) });
    expect([400, 422]).toContain(reply.status);
    // The file of the same text is refused too: there is one schema.
    expect(isGoodFile(spec)).toBe(false);
  });

  it('refuses a policy that says nothing', async () => {
    const { spec: _, ...empty } = aPolicyDocument();
    expect(await cluster.create(empty, strict)).toMatchObject({
      status: 422,
      message: expect.stringContaining('spec: Required value'),
    });
  });

  it('says every fault at once', async () => {
    const { message } = await apply({ ...steps({ within: '5s' }), ...guards({ cooldown: '10', holdAtMost: '2d' }) });
    for (const field of [
      'spec.steps[0]:',
      'spec.steps[0].within:',
      'spec.guards.cooldown:',
      'spec.guards.holdAtMost:',
    ]) {
      expect(message).toContain(field);
    }
  });

  it('draws the line between durations exactly where files do', async () => {
    const written = [
      '10s',
      '9s',
      '9999ms',
      '10000ms',
      '4h',
      '240m',
      '241m',
      '3h60m',
      '4h1ms',
      '0d4h',
      '0.5h',
      '10S',
      'h',
      '',
      '1d',
    ];
    const verdicts = await Promise.all(
      written.map(async (cooldown) => [cooldown, (await apply(guards({ cooldown }))).status === 201]),
    );
    expect(verdicts).toEqual(written.map((cooldown) => [cooldown, isGoodFile(guards({ cooldown }))]));
  });
});

describe('a client that does not ask for strict validation', () => {
  it('is warned of an unknown field, which is not kept', async () => {
    const policy = aPolicyDocument({ sevrity: 'high' }, 'warned');
    expect(await cluster.create(policy)).toMatchObject({
      status: 201,
      warning: expect.stringContaining('unknown field \\"spec.sevrity\\"'),
    });
    const kept = await cluster.admin.call<{ spec: object }>('GET', `${policiesPath}/warned`);
    expect(kept.spec).not.toHaveProperty('sevrity');
  });

  it('is refused all the same when it misspells an action', async () => {
    const { message } = await apply(steps({ evictPdo: {} }), 'dryRun=All');
    expect(message).toContain(`must have exactly one of ${actionNames}`);
  });
});

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
}

describe('the API server', () => {
  it('serves what kubectl explain says of every field', async () => {
    let schema: Schema | undefined;
    await until('the schema is published', async () => {
      const path = '/openapi/v3/apis/mendflow.dev/v1alpha1';
      const { components } = await cluster.admin.call<{ components: { schemas: Record<string, Schema> } }>('GET', path);
      schema = components.schemas['dev.mendflow.v1alpha1.RemediationPolicy'];
      return schema !== undefined;
    });
    const spec = schema?.properties?.spec?.properties;
    expect(spec?.mode?.description).toContain('Observe records what it would do');
    expect(spec?.guards?.properties?.cooldown?.description).toMatch(
      /^Rest after an act.* From 10s to 4h\. Default: 5m\.$/,
    );
    expect(spec?.steps?.items?.properties?.evictPod?.description).toMatch(/^Evict the pod/);
  });

  it('keeps the mode visible and leaves the other defaults to us', async () => {
    const { mode: _, ...spec } = aPolicyDocument().spec;
    await cluster.create({ ...aPolicyDocument({}, 'plain'), spec });
    const kept = await cluster.admin.call<{ spec: object }>('GET', `${policiesPath}/plain`);
    expect(kept.spec).toEqual({ ...spec, mode: 'Observe' });
  });

  it('changes no status with the policy, and no policy with the status', async () => {
    await cluster.create({ ...aPolicyDocument({}, 'apart'), status: { matched: 5 } });
    const path = `${policiesPath}/apart`;
    const patch = { type: 'application/merge-patch+json', content: { status: { matched: 7 }, spec: { priority: 1 } } };
    await cluster.admin.call('PATCH', `${path}/status`, patch);
    const kept = await cluster.admin.call<{ metadata: { generation: number }; spec: object; status: object }>(
      'GET',
      path,
    );
    expect(kept).toMatchObject({ metadata: { generation: 1 }, status: { matched: 7 } });
    expect(kept.spec).not.toHaveProperty('priority');
  });
});
