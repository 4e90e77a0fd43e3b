import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { actions } from '../../activities/actions/index.ts';
import { placePolicies, readPolicyText } from '../../config/policy-text.ts';
import { actionNames } from '../support/action-names.ts';
import { aPolicyDocument } from '../support/builders.ts';

const vocabulary = { actions, receivers: ['chat'] };
const read = (text: string) => readPolicyText('p.yaml', text, vocabulary);
const faultsOf = (spec: Record<string, unknown>) => read(stringify(aPolicyDocument(spec))).faults;

describe('a policy file', () => {
  it('is Observe unless it says otherwise', () => {
    const { mode, ...spec } = aPolicyDocument().spec;
    expect(mode).toBe('Auto');
    const { policies } = read(stringify({ ...aPolicyDocument(), spec }));
    expect(policies[0]?.spec.mode).toBe('Observe');
  });

  it('reads durations as milliseconds and each step as one action with its parameters', () => {
    const { policies, faults } = read(stringify(aPolicyDocument()));
    expect(faults).toEqual([]);
    expect(policies[0]?.spec.steps).toEqual([
      {
        action: 'evictPod',
        params: {},
        withinMs: 300_000,
        approval: 'None',
        risk: 'low',
        takesPodAway: true,
      },
      {
        action: 'rolloutRestart',
        params: {},
        withinMs: 600_000,
        approval: 'None',
        risk: 'medium',
        takesPodAway: false,
      },
    ]);
  });

  it('may hold several documents, and comments alone are no fault', () => {
    const text = [
      stringify(aPolicyDocument({}, 'one')),
      '# nothing here\n',
      stringify(aPolicyDocument({}, 'two')),
    ].join('---\n');
    expect(read(text).policies.map(({ metadata }) => metadata.name)).toEqual(['one', 'two']);
  });

  it('reports every fault at once, each with its line and field', () => {
    const { policies, faults } = read(
      [
        'apiVersion: mendflow.dev/v1',
        'kind: RemediationPolicy',
        'metadata: { name: Bad_Name }',
        'spec:',
        '  mode: Atuo',
        '  match: { alerts: ["alertname=X"] }',
        '  scope: { namespaces: [] }',
        '  verify: [{ podCondition: { reason: OOMKilled } }]',
        '  steps:',
        '    - evictPdo: {}',
      ].join('\n'),
    );
    expect(policies).toEqual([]);
    expect(faults).toEqual([
      expect.stringMatching(/^p\.yaml:1 apiVersion: must be mendflow\.dev\/v1alpha1/),
      expect.stringMatching(/^p\.yaml:3 metadata\.name: /),
      expect.stringMatching(/^p\.yaml:5 spec\.mode: must be one of .*did you mean Auto\?$/),
      expect.stringMatching(/^p\.yaml:7 spec\.scope\.namespaces: /),
      expect.stringMatching(/^p\.yaml:10 spec\.steps\.0.*evictPdo is not one/),
    ]);
  });

  it.each([
    ['an unknown field', { sevrity: 'high' }, /sevrity/],
    ['a step with two actions', { steps: [{ evictPod: {}, rolloutRestart: {} }] }, /one action/],
    ['a step with no action', { steps: [{ within: '5m' }] }, new RegExp(`names one action of ${actionNames}`)],
    ['nothing to verify', { verify: [] }, /at least 1/],
    ['a parameter of the wrong type', { steps: [{ evictPod: { gracePeriodSeconds: 'soon' } }] }, /gracePeriodSeconds/],
    ['an unknown parameter', { steps: [{ evictPod: { force: true } }] }, /force/],
    ['a duration without a unit', { guards: { cooldown: '10' } }, /duration/],
    ['a cooldown below the kubelet’s', { guards: { cooldown: '1s' } }, /at least 10s/],
    ['a matcher that does not parse', { match: { alerts: ['alertname MemoryLeak'] } }, /is not a matcher/],
    ['a regular expression that does not parse', { match: { alerts: ['pod=~"(a"'] } }, /missing closing/],
    [
      'a receiver nobody configured',
      { escalation: [{ notify: ['pager'] }] },
      /receiver pager is not configured; known are chat/,
    ],
    ['a placeholder that does not exist', { verify: [{ promql: { query: 'up{pod="{{podd}}"}' } }] }, /no \{\{podd\}\}/],
    ['a namespace that is no name', { scope: { namespaces: ['*'] } }, /namespace name/],
  ])('is refused for %s', (_, spec, fault) => {
    expect(faultsOf(spec as Record<string, unknown>).join('\n')).toMatch(fault as RegExp);
  });

  it.each([
    ['text that is not YAML', 'spec: [', /p\.yaml:1/],
    [
      'a bomb of aliases',
      `a: &a [1,1]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]\n`,
      /alias/i,
    ],
    ['a file larger than 256 KiB', `# ${'x'.repeat(300_000)}`, /256 KiB/],
  ])('is refused for %s', (_, text, fault) => {
    expect(read(text).faults.join('\n')).toMatch(fault);
  });
});

describe('a parameter that names a namespace', () => {
  const faultsOf = (namespace: string) => {
    const text = JSON.stringify({
      ...{ apiVersion: 'mendflow.dev/v1alpha1', kind: 'RemediationPolicy', metadata: { name: 'jobs' } },
      spec: {
        match: { alerts: ['alertname="X"'] },
        scope: { namespaces: ['shop', 'kube-system'], nodes: { pool: 'web' } },
        verify: [{ nodeCondition: { type: 'Ready', status: 'False' } }],
        steps: [{ runJob: { image: 'fix:1', ...(namespace && { namespace }) } }],
      },
    });
    return placePolicies('p.yaml', text, vocabulary).faults;
  };

  it('is one of the scope, or left out', () => {
    expect(faultsOf('shop')).toEqual([]);
    expect(faultsOf('')).toEqual([]);
  });

  it.each([
    ['cart', 'must be one of scope.namespaces'],
    ['kube-system', 'is a system namespace, which is never touched'],
    ['mendflow-system', 'is a system namespace, which is never touched'],
  ])('is refused as %s', (namespace, message) => {
    expect(faultsOf(namespace)).toMatchObject([{ field: 'spec.steps.0.runJob.namespace', message }]);
  });
});
