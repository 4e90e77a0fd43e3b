import { queries } from '../../domain/run/contract.ts';
import type { Phase } from '../../domain/run/outcome.ts';
import type { RunStatus } from '../../domain/run/status.ts';
import { eventually } from '../../sandbox/process.ts';
import { SandboxError } from '../../sandbox/sandbox-error.ts';
import { type EndedRun, endOf } from '../act-latency/history.ts';
import { firing, runIdOf, webhookOf } from '../alerts.ts';
import type { Bed } from '../bed.ts';
import type { Answer } from '../webhook.ts';

/** Where the paths are walked. */
export interface Scene {
  bed: Bed;
  post(body: string): Promise<Answer>;
}

const withinMs = 60_000;

/** Delivers an alert; resolves with the workflow id of its run. */
export async function send({ bed, post }: Scene, labels: Record<string, string>): Promise<string> {
  const alert = firing(labels, Date.now());
  const { namespace = '' } = labels;
  const { status } = await post(webhookOf({ namespace }, [alert]));
  if (status !== 202) throw new SandboxError(`the webhook answered ${status}`);
  return runIdOf(alert, bed.sandbox.cluster);
}

const statusOf = ({ bed }: Scene, workflowId: string) =>
  bed.client.workflow.getHandle(workflowId).query<RunStatus>(queries.status);

/** The run of the id, once it has ended; rejects, saying what it waits for, when it does not end within a minute. */
export async function closed(scene: Scene, workflowId: string): Promise<EndedRun> {
  return endOf(scene.bed.client, workflowId, withinMs).catch(async () => {
    const { phase, waitingFor, timeline } = await statusOf(scene, workflowId);
    const told = timeline.map(({ what }) => what).join('; ');
    throw new SandboxError(`${workflowId} does not end; it is ${phase} and waits for ${waitingFor}: ${told}`);
  });
}

/** Resolves when the run has come to that phase; rejects when it does not within a minute. */
export async function withPhase(scene: Scene, workflowId: string, phase: Phase): Promise<void> {
  if (await eventually(async () => (await statusOf(scene, workflowId)).phase === phase, withinMs)) return;
  throw new SandboxError(`${workflowId} does not come to ${phase}`);
}

async function tellGuard({ bed }: Scene, verb: 'pause' | 'resume'): Promise<void> {
  const { url, personToken } = bed.product;
  const answer = await fetch(`${url}/v1/guard/${verb}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${personToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ why: 'a path of the bench' }),
  });
  if (!answer.ok) throw new SandboxError(`${verb} was answered ${answer.status}`);
}

export const paused = (scene: Scene): Promise<void> => tellGuard(scene, 'pause');

/** Lifts the pause; resolves when the worker has heard of it. */
export const lifted = (scene: Scene): Promise<void> => tellGuard(scene, 'resume');

/** A delivery that says how many alerts it left out: the sign of a storm that needs no thousand alerts. */
export async function stormy({ post }: Scene): Promise<void> {
  const body = JSON.parse(webhookOf({}, [])) as object;
  const { status } = await post(JSON.stringify({ ...body, truncatedAlerts: 1 }));
  if (status !== 202) throw new SandboxError(`the webhook answered ${status}`);
}
