import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import type { Kubernetes } from '../../../sandbox/kubernetes.ts';
import type { PodObject } from './workloads.ts';

/** One pod, from its birth to its end: a uid is never used twice. */
export interface PodLife {
  name: string;
  /** As it was seen last. */
  pod: PodObject;
  isOver: boolean;
}

/** What a watch saw of all pods, without gaps. */
export interface PodHistory {
  /** By uid. */
  lives: ReadonlyMap<string, PodLife>;
  /** The living pod of the name, once the condition holds on it. Rejects after 30 s, and when the watch has failed. */
  when(name: string, holds: (pod: PodObject) => boolean): Promise<PodObject>;
  /** Rejects when the watch has failed before: then its history is not whole. */
  close(): Promise<void>;
}

interface Waiter {
  name: string;
  holds(pod: PodObject): boolean;
  found(pod: PodObject): void;
  failed(why: Error): void;
}

interface WatchEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR';
  object: PodObject & { metadata: { resourceVersion: string } };
}

const waitsMs = 30_000;

/** The events of pods after a version; the server may end them at any time. */
async function* podEvents(
  { server, adminKubeconfig }: Kubernetes,
  path: string,
  options: { agent: Agent; signal: AbortSignal },
) {
  const { users } = parse(readFileSync(adminKubeconfig, 'utf8')) as { users: { user: { token: string } }[] };
  const headers = { authorization: `Bearer ${users[0]?.user.token}` };
  const { agent: dispatcher, signal } = options;
  const { body, statusCode } = await request(`${server}${path}`, { dispatcher, headers, signal });
  if (statusCode !== 200) throw new Error(`the watch was answered ${statusCode}: ${await body.text()}`);
  let rest = '';
  for await (const text of body.setEncoding('utf8')) {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as WatchEvent;
  }
}

/** Watches all pods from now on, those that are there included. */
export function watchPods(kubernetes: Kubernetes): PodHistory {
  const agent = new Agent({ connect: { ca: readFileSync(kubernetes.caFile) }, allowH2: false, bodyTimeout: 0 });
  const stop = new AbortController();
  const lives = new Map<string, PodLife>();
  const waiters = new Set<Waiter>();
  const watching = (async () => {
    // The server cuts a watcher that is slow: it goes on after the last version that it has seen.
    for (let version = ''; ; ) {
      const path = `/api/v1/pods?watch=1&resourceVersion=${version}`;
      for await (const { type, object: pod } of podEvents(kubernetes, path, { agent, signal: stop.signal })) {
        if (type === 'ERROR') throw new Error(`the watch failed: ${JSON.stringify(pod)}`);
        const { name, uid, resourceVersion } = pod.metadata;
        version = resourceVersion;
        lives.set(uid, { name, pod, isOver: type === 'DELETED' });
        if (type === 'DELETED') continue;
        for (const waiter of waiters) if (waiter.name === name && waiter.holds(pod)) waiter.found(pod);
      }
    }
  })();
  let failure: Error | undefined;
  const ended = watching.catch((error: Error) => {
    if (!stop.signal.aborted) failure = error;
    for (const waiter of waiters) waiter.failed(error);
  });
  return {
    lives,
    async when(name, holds) {
      if (failure !== undefined) throw failure;
      const found = [...lives.values()].find((life) => life.name === name && !life.isOver && holds(life.pod));
      return found?.pod ?? waitFor(waiters, name, holds);
    },
    async close() {
      stop.abort();
      await ended;
      await agent.destroy();
      if (failure !== undefined) throw failure;
    },
  };
}

function waitFor(waiters: Set<Waiter>, name: string, holds: Waiter['holds']): Promise<PodObject> {
  return new Promise((resolve, reject) => {
    const end = () => {
      waiters.delete(waiter);
      clearTimeout(late);
    };
    const waiter: Waiter = {
      ...{ name, holds },
      found(pod) {
        end();
        resolve(pod);
      },
      failed(why) {
        end();
        reject(why);
      },
    };
    const late = setTimeout(() => {
      waiter.failed(new Error(`pod ${name} is not within ${waitsMs / 1_000} s what was waited for`));
    }, waitsMs);
    waiters.add(waiter);
  });
}
