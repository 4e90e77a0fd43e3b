import { fieldManager } from '../../domain/run/contract.ts';
import { type ErrorCode, MendflowError } from '../../domain/run/errors.ts';
import { fitsOnceReleased } from '../../domain/target/placement/quota.ts';
import { core } from './paths.ts';
import type { RawPod } from './raw.ts';
import { quotaUseOf } from './read-needs.ts';
import type { Transport } from './transport.ts';

/** A webhook may take long; the act that waits for it must still heartbeat in time. */
const admissionDeadlineMs = 9_000;

/** The API server has looked at the pod, and does not take it; all else says nothing about the pod. */
const refusesPod: readonly ErrorCode[] = [
  'ADMISSION_REFUSED',
  // A webhook without a backend is part of admission: while it does not answer, no pod comes.
  'ADMISSION_UNAVAILABLE',
  'NOT_APPLICABLE',
  'TARGET_GONE',
  'INTERNAL',
];

/**
 * Asks the API server to create the pod in a dry run, and gives it as it would be. Throws NOT_REPLACEABLE with the API
 * server's own words, and PERMISSION_DENIED with what is missing when our account may not ask. `freed` are pods that are gone
 * when it comes: a quota that only they fill does not keep it away, and the pod is given as it was asked for.
 */
export async function admitted(
  transport: Transport,
  pod: RawPod,
  freed: readonly RawPod[] | Promise<readonly RawPod[]>,
): Promise<RawPod> {
  const { namespace = '' } = pod.metadata ?? {};
  try {
    return await transport.json<RawPod>({
      method: 'POST',
      path: core(namespace, 'pods'),
      query: { fieldManager, dryRun: 'All' },
      body: { apiVersion: 'v1', kind: 'Pod', ...pod },
      deadlineMs: admissionDeadlineMs,
    });
  } catch (error) {
    if (!(error instanceof MendflowError)) throw error;
    const reason = whyNot(error, namespace);
    if (reason.code !== 'NOT_REPLACEABLE') throw reason;
    // Quotas are asked last, so that all else of admission has taken the pod.
    const isCovered = (await freed).some((old) => fitsOnceReleased(reason.message, quotaUseOf(old)));
    if (isCovered) return pod;
    throw reason;
  }
}

function whyNot(error: MendflowError, namespace: string): MendflowError {
  const { code } = error;
  // Which call it was tells a person nothing here.
  const message = error.message.replace(`POST ${core(namespace, 'pods')}: `, '');
  if (code === 'PERMISSION_DENIED') {
    const fix = `first apply deploy/admission, which keeps Mendflow's pods to dry runs; then grant Mendflow "create" on pods in ${namespace} (deploy/rbac)`;
    return new MendflowError(code, `cannot ask whether the pod could come back: ${message}; ${fix}`, { cause: error });
  }
  if (!refusesPod.includes(code)) return error;
  return new MendflowError('NOT_REPLACEABLE', `its replacement would not be admitted: ${message}`, { cause: error });
}
