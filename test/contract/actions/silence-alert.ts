import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import silenceAlert from '../../../activities/actions/silence-alert.ts';
import { resolveBinary } from '../../../sandbox/binaries/index.ts';
import { freePort } from '../../../sandbox/free-port.ts';
import { silent } from '../../../sandbox/progress.ts';
import { aStep, codeOf, remediateOn, undoOn } from '../support/cases.ts';
import { configure } from '../support/outside.ts';
import { readyWorkload } from '../support/places.ts';
import { until, type World } from '../support/world.ts';
import type { Scene } from './scene.ts';

let alertmanager: { url: string; child: ChildProcess; folder: string } | undefined;

async function startAlertmanager(): Promise<string> {
  if (alertmanager !== undefined) return alertmanager.url;
  const folder = mkdtempSync(join(tmpdir(), 'silences-'));
  const config = join(folder, 'alertmanager.yml');
  writeFileSync(config, 'route: { receiver: none }\nreceivers: [{ name: none }]\n');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const listening = [`--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='];
  const args = [`--config.file=${config}`, `--storage.path=${folder}`, ...listening, '--log.level=error'];
  const child = spawn(await resolveBinary('alertmanager', silent), args, { stdio: 'ignore' });
  alertmanager = { url, child, folder };
  await until('Alertmanager is ready', async () => (await fetch(`${url}/-/ready`)).ok);
  return url;
}

interface Silence {
  status: { state: string };
  matchers: { name: string; value: string; isRegex: boolean }[];
  createdBy: string;
  startsAt: string;
  endsAt: string;
}

async function active(): Promise<Silence[]> {
  const all = (await (await fetch(`${alertmanager?.url}/api/v2/silences`)).json()) as Silence[];
  return all.filter(({ status }) => status.state !== 'expired');
}

let taken = 0;

/** Every trial takes the same token for its step, so each has an Alertmanager that knows nothing. */
async function arrange(world: World, name: string) {
  stop();
  configure({ alertmanager: { url: await startAlertmanager() } });
  taken += 1;
  return readyWorkload(world, 'Deployment', `${name}-${taken}`);
}

function stop(): void {
  if (alertmanager === undefined) return;
  alertmanager.child.kill('SIGKILL');
  rmSync(alertmanager.folder, { recursive: true, force: true });
  alertmanager = undefined;
}

const scene: Scene = {
  servers: ['alertmanager'],
  arrangements: [
    {
      on: 'a Deployment',
      writes: 0,
      arrange,
      shows: async () => (await active()).length,
      async meddle() {
        const ours = (await active()) as unknown as { id: string }[];
        for (const { id } of ours) await fetch(`${alertmanager?.url}/api/v2/silence/${id}`, { method: 'DELETE' });
      },
    },
  ],
  cases(world) {
    afterAll(stop);

    it('silences exactly the labels of the alert, no longer than asked for', async () => {
      const target = await arrange(world(), 'exact');
      await remediateOn(world().cluster, aStep(silenceAlert, target, { params: { minutes: 5 } }));
      const [silence] = await active();
      expect(silence).toMatchObject({ createdBy: 'mendflow' });
      expect(silence?.matchers).toEqual([
        expect.objectContaining({ name: 'alertname', value: 'PodCrashLooping', isRegex: false }),
        expect.objectContaining({ name: 'namespace', value: 'shop', isRegex: false }),
      ]);
      const lastsMs = Date.parse(silence?.endsAt ?? '') - Date.parse(silence?.startsAt ?? '');
      expect(lastsMs).toBeLessThanOrEqual(300_000);
    });

    it('ends its own silence only', async () => {
      const target = await arrange(world(), 'own');
      const first = aStep(silenceAlert, target);
      await remediateOn(world().cluster, first);
      await remediateOn(world().cluster, { ...first, token: 'run-2.0' });
      expect(await active()).toHaveLength(2);
      expect((await undoOn(world().cluster, first)).changed).toBe(true);
      expect(await active()).toHaveLength(1);
    });

    it('waits for an Alertmanager that is away, and refuses where none is configured', async () => {
      const target = await arrange(world(), 'away');
      stop();
      expect(await codeOf(remediateOn(world().cluster, aStep(silenceAlert, target)))).toBe('RECEIVER_UNAVAILABLE');
      configure({ alertmanager: {} });
      expect(await codeOf(remediateOn(world().cluster, aStep(silenceAlert, target)))).toBe('NOT_APPLICABLE');
    });
  },
};
export default scene;
