import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aListing } from '../support/api.ts';
import { type ListeningApi, listeningApi } from './support/command-line.ts';

let api: ListeningApi;
const listing = structuredClone(aListing);
const clusters: string[] = [];

beforeEach(async () => {
  Object.assign(listing, structuredClone(aListing));
  clusters.length = 0;
  const list = async (cluster: string) => {
    clusters.push(cluster);
    return listing;
  };
  api = await listeningApi({ policies: { list } });
});
afterEach(() => api.close());

describe('mendflow policies', () => {
  it('lists what is in force, and says beside it what is refused, where and why', async () => {
    const { code, out, err } = await api.run('policies');
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'NAME          MODE   STEPS                       NAMESPACES',
      'memory-leak   Auto   evictPod → rolloutRestart   shop',
    ]);
    expect(err).toBe(
      [
        'Refused, so that what was in force before stays in force (/etc/mendflow/policies):',
        '  /etc/mendflow/policies/memory-leak.yaml:7 spec.mode: must be one of Observe, DryRun, Approve, Auto',
      ].join('\n'),
    );
  });

  it('says nothing of refusals where there are none', async () => {
    listing.refused = [];
    expect(await api.run('policies -o name')).toMatchObject({ code: 0, out: 'memory-leak', err: '' });
  });

  it('says how many policies are left out', async () => {
    listing.more = 7;
    listing.refused = [];
    const { err } = await api.run('policies -o name');
    delete listing.more;
    expect(err).toBe('7 more policies are in force; the list would be too large with them.');
  });

  it('shows the alerts with -o wide', async () => {
    expect((await api.run('policies -o wide')).out).toContain('alertname="MemoryLeakDetected"');
  });

  it('asks the worker of the cluster that is named', async () => {
    await api.run('policies');
    await api.run('policies --cluster north');
    expect(clusters).toEqual(['default', 'north']);
  });

  it('prints names that draw in a terminal as plain text', async () => {
    listing.refused = ['\u001b[31mred\u001b[0m'];
    expect((await api.run('policies')).err).not.toContain('\u001b');
  });
});
