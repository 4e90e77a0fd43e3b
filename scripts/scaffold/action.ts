import type { Names } from './names.ts';
import { withEntry } from './registry.ts';
import type { Scaffold } from './scaffold.ts';

const source = ({ camel, words }: Names) => `import { z } from 'zod';
import { graceToAsk } from '../../domain/target/pod.ts';
import { defineAction, gracePeriodSeconds } from './define-action.ts';

/** Begun with what evictPod does, so that everything around it works: say in one sentence what yours guarantees. */
export default defineAction({
  name: '${camel}',
  summary: 'Say in one sentence, for people who approve it, what ${words} does.',
  risk: 'low',
  takesPodAway: true,
  targets: ['Pod'],
  params: z.object({ gracePeriodSeconds }),
  permissions: [{ apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] }],
  alreadyDone: ({ ref, isTerminating }) =>
    isTerminating ? { summary: \`pod \${ref.namespace}/\${ref.name} is being deleted already\` } : undefined,
  async run({ cluster, target, dryRun }, params) {
    await cluster.evictPod(target.ref, { gracePeriodSeconds: graceToAsk(target, params.gracePeriodSeconds), dryRun });
    return { summary: \`evicted pod \${target.ref.namespace}/\${target.ref.name}\` };
  },
});
`;

const test = ({ camel, kebab }: Names) => `import { describe, expect, it } from '@jest/globals';
import ${camel} from '../../../activities/actions/${kebab}.ts';
import type { ActionContext } from '../../../activities/actions/define-action.ts';
import { anActionContext } from '../support/action-context.ts';
import { aPod } from '../support/builders.ts';
import { TestCluster } from '../support/test-cluster.ts';

const cluster = new TestCluster();
const aContext = (changes: Partial<ActionContext> = {}): ActionContext => ({
  ...anActionContext(cluster),
  target: aPod(),
  ...changes,
});

describe('${camel}', () => {
  it('acts on the target once', async () => {
    const { summary } = await ${camel}.run(aContext(), {});
    expect(summary).toMatch(/./);
    expect(cluster.calls).toHaveLength(1);
  });

  it('knows what an earlier attempt did', () => {
    expect(${camel}.alreadyDone(aPod({ isTerminating: true }), 'run-1.0')?.summary).toContain('is being deleted already');
    expect(${camel}.alreadyDone(aPod(), 'run-1.0')).toBe(undefined);
  });

  it('refuses parameters that it cannot read', async () => {
    await expect(${camel}.run(aContext(), { gracePeriodSeconds: 'soon' })).rejects.toMatchObject({ code: 'INVALID_POLICY' });
  });
});
`;

const scene = () => `import { podUids, readyWorkload } from '../support/places.ts';
import type { Scene } from './scene.ts';

const scene: Scene = {
  arrangements: [
    {
      on: 'a pod of a Deployment',
      arrange: (world, name) => readyWorkload(world, 'Deployment', name),
      shows: podUids,
    },
  ],
};
export default scene;
`;

/** An action: its file, a unit test, and its scene on the real API server. */
export const action: Scaffold = {
  kind: 'action',
  summary: 'a remedy that a policy can name as a step',
  files: (names) => [
    { path: `activities/actions/${names.kebab}.ts`, text: source(names) },
    { path: `test/activities/actions/${names.kebab}.test.ts`, text: test(names) },
    { path: `test/contract/actions/${names.kebab}.ts`, text: scene() },
  ],
  registry: {
    path: 'activities/actions/index.ts',
    withOne: (index, { camel, kebab }) =>
      withEntry(index, 'actions', { imported: camel, from: `./${kebab}.ts`, name: camel, place: 'sorted' }),
  },
  next: ({ kebab }) => [
    `fill in activities/actions/${kebab}.ts: what it does, on what, with which rights; docs/adding-an-action.md says how`,
    `say in test/contract/actions/${kebab}.ts what it acts on and how that shows`,
    'npm run generate',
    `npm test -- unit --testPathPatterns ${kebab}`,
    'npm test -- contract --testPathPatterns actions',
  ],
};
