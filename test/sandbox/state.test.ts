import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeKubeconfig } from '../../sandbox/credentials.ts';
import { dataFolderOf, sandboxNames } from '../../sandbox/data-folder.ts';
import { injectFault } from '../../sandbox/faults.ts';
import { freePort, isFree, wantedPort } from '../../sandbox/free-port.ts';
import { collectionPath } from '../../sandbox/kubernetes-api.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { readState, sweepKilled, writeState } from '../../sandbox/state.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'state-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const aState = (pid: number) => ({ pid, startedAt: '2026-01-01T00:00:00Z', env: { A: 'b' }, links: {} });

describe('the state of a sandbox', () => {
  it('is read while its process runs', () => {
    writeState(folder, aState(process.pid));
    expect(readState(folder)?.env).toEqual({ A: 'b' });
  });

  it('is nothing when its process was killed', () => {
    writeState(folder, aState(spawnSync('true').pid));
    expect(readState(folder)).toBeUndefined();
  });

  it('keeps a second sandbox out of the folder', async () => {
    writeState(folder, aState(process.pid));
    await expect(startSandbox({ dataFolder: folder })).rejects.toThrow(`process ${process.pid} runs a sandbox in`);
  });
});

describe('what killed sandboxes left behind', () => {
  it('is swept away, and nothing of those that run or start', () => {
    const folders = { killed: spawnSync('true').pid, running: process.pid };
    for (const [name, pid] of Object.entries(folders)) {
      mkdirSync(join(folder, `sandbox-${name}`));
      writeState(join(folder, `sandbox-${name}`), aState(pid));
    }
    mkdirSync(join(folder, 'sandbox-starting'));
    sweepKilled(folder, 'sandbox-');
    expect(readdirSync(folder).sort()).toEqual(['sandbox-running', 'sandbox-starting']);
  });
});

describe('the data folder', () => {
  it('lies in the cache, by the name of the sandbox', () => {
    expect(dataFolderOf('two', { MENDFLOW_CACHE: folder })).toBe(join(folder, 'sandboxes', 'two'));
    expect(sandboxNames({ MENDFLOW_CACHE: folder })).toEqual([]);
  });

  it.each(['../etc', 'A', ''])('is refused for the name “%s”', (name) => {
    expect(() => dataFolderOf(name)).toThrow('is not a valid name for a sandbox');
  });
});

describe('ports', () => {
  it('are free and never the same', async () => {
    const ports = await Promise.all(Array.from({ length: 20 }, freePort));
    expect(new Set(ports).size).toBe(20);
    await expect(isFree(ports[0] ?? 0)).resolves.toBe(true);
  });

  it('that are taken are named', async () => {
    const { createServer } = await import('node:net');
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await expect(wantedPort('Temporal', port)).rejects.toThrow(`port ${port} for Temporal is taken`);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('a mistake of the caller', () => {
  it('is told for a part without the one it needs', async () => {
    await expect(startSandbox({ dataFolder: folder, parts: ['kwok'] })).rejects.toThrow(
      'the part kwok needs kubernetes',
    );
  });

  it('is told for the kubeconfig of another cluster', async () => {
    const file = join(folder, 'config');
    const access = { cluster: 'prod', server: 'https://10.0.0.1:6443', caFile: '/ca.crt', user: 'me', token: 't' };
    writeKubeconfig(file, access);
    const target = { namespace: 'shop', pod: 'checkout' };
    await expect(injectFault(file, target, 'not-ready')).rejects.toThrow('is not a kubeconfig of a sandbox');
  });

  it('is told for a fault that does not exist', async () => {
    const target = { namespace: 'shop', pod: 'checkout' };
    await expect(injectFault('/none', target, 'flu' as never)).rejects.toThrow('no fault flu; there are crash-loop');
  });
});

describe('the path of a kind', () => {
  it.each([
    [{ apiVersion: 'v1', kind: 'Namespace' }, '/api/v1/namespaces'],
    [{ apiVersion: 'v1', kind: 'Pod' }, '/api/v1/namespaces/shop/pods'],
    [{ apiVersion: 'apps/v1', kind: 'Deployment' }, '/apis/apps/v1/namespaces/shop/deployments'],
    [
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
      '/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies',
    ],
  ])('of %j is %s', (kind, path) => {
    expect(collectionPath(kind, 'shop')).toBe(path);
  });
});
