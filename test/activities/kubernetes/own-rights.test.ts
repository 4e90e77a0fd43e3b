import { describe, expect, it } from '@jest/globals';
import { tellMissingRights } from '../../../activities/kubernetes/own-rights.ts';
import type { Call } from '../../../activities/kubernetes/transport.ts';
import type { Need } from '../../../domain/analysis/rights.ts';
import { MendflowError } from '../../../domain/run/errors.ts';

const needs: Need[] = ['get', 'patch'].map((verb) => ({
  ...{ namespace: 'shop', group: 'apps', resource: 'deployments', verb, part: 'scale' },
}));
const inCluster: Need = { namespace: '', group: '', resource: 'nodes', verb: 'list', part: 'base' };

interface Review {
  spec: { namespace?: string; resourceAttributes?: { namespace: string; resource: string; subresource?: string } };
}

/** An API server whose RBAC lists these verbs on Deployments, and allows these resources one by one. */
function aServer(listed: string[], allowed: string[] = []) {
  const asked: string[] = [];
  const json = async <T>({ path, body }: Call): Promise<T> => {
    const { namespace, resourceAttributes } = (body as Review).spec;
    asked.push(`${path.split('/').at(-1)} ${namespace ?? resourceAttributes?.resource}`);
    const resourceRules = [{ apiGroups: ['apps'], resources: ['deployments'], verbs: listed }];
    return { status: { resourceRules, allowed: allowed.includes(resourceAttributes?.resource ?? '') } } as T;
  };
  return { json, asked };
}

async function told(server: Pick<ReturnType<typeof aServer>, 'json'>, wanted: readonly Need[]) {
  const lines: unknown[][] = [];
  const log = { warn: (...line: unknown[]) => lines.push(line), info: (...line: unknown[]) => lines.push(line) };
  await tellMissingRights(server, { needs: wanted, whoNeeds: 'the policies need' }, log as never);
  return lines;
}

describe('start-up', () => {
  it('says which rights are missing where, and which file grants them', async () => {
    expect(await told(aServer(['get']), [...needs, inCluster])).toEqual([
      [
        {
          count: 2,
          detail:
            'in namespace shop: patch deployments.apps (deploy/rbac/scale.yaml)\nin the whole cluster: list nodes (deploy/rbac/base.yaml)',
        },
        'the cluster does not grant rights that the policies need',
      ],
    ]);
  });

  it('asks once a namespace, and one by one only for what the list does not show', async () => {
    const server = aServer(['get', 'patch']);
    expect(await told(server, needs)).toEqual([
      [{ count: 2 }, 'the cluster grants every right that the policies need'],
    ]);
    expect(server.asked).toEqual(['selfsubjectrulesreviews shop']);
  });

  it('believes an authorizer that allows more than it lists', async () => {
    const server = aServer([], ['deployments']);
    expect(await told(server, needs)).toEqual([
      [{ count: 2 }, 'the cluster grants every right that the policies need'],
    ]);
    expect(server.asked).toHaveLength(3);
  });

  it.each([
    [
      'the cluster does not answer',
      new MendflowError('CLUSTER_UNAVAILABLE', 'no answer in time'),
      'CLUSTER_UNAVAILABLE',
    ],
    ['the answer makes no sense', new TypeError('not iterable'), 'INTERNAL'],
  ])('says that it cannot be known where %s, and goes on', async (_, error, code) => {
    const json = async () => {
      throw error;
    };
    expect(await told({ json }, needs)).toMatchObject([
      [{ code }, 'it cannot be known which rights the cluster grants'],
    ]);
  });
});
