import type { RunSummary } from '../api/ports.ts';
import { nearest } from '../config/nearest.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { ApiClient } from './client.ts';

/** How a run may be named on the command line. */
export const runArgument =
  'which run: its workload (checkout, shop/checkout, shop/Deployment/checkout, Node/worker-1), its id, or the beginning of its fingerprint';

/** As many as one page of the list holds. */
const searched = 200;

/** The path of a run in the API. */
export const runPath = (id: string): string => `/v1/remediations/${encodeURIComponent(id)}`;

/**
 * The id of the run that a person means: an id as it is, else the one run among the latest whose fingerprint begins so
 * or whose workload it is (its kind and namespace may be left out), one that still runs before those that ended. Throws
 * NOT_FOUND for none, INVALID_REQUEST when several fit.
 */
export async function findRun(api: ApiClient, reference: string): Promise<string> {
  if (reference.startsWith('remediation/')) return reference;
  const { runs } = await api.get<{ runs: RunSummary[] }>('/v1/remediations', { limit: searched });
  const fitting = runs.filter((run) => isMeant(run, reference));
  const live = fitting.filter(({ closedAt }) => closedAt === undefined);
  const ids = [...new Set((live.length > 0 ? live : fitting).map(({ id }) => id))];
  const [id] = ids;
  if (id === undefined) {
    const near = nearest(reference, [...new Set(runs.flatMap(namesOf))]);
    const hint = near === undefined ? 'mendflow list shows the runs' : `did you mean ${near}?`;
    throw new MendflowError('NOT_FOUND', `No run matches ${reference}; ${hint}`);
  }
  // An ended run has no name of its own beside later ones of the same workload: the latest is meant.
  if (ids.length === 1 || live.length === 0) return id;
  throw new MendflowError('INVALID_REQUEST', `${reference} matches several runs; name one:\n  ${ids.join('\n  ')}`);
}

function isMeant(run: RunSummary, reference: string): boolean {
  return fingerprintOf(run).startsWith(reference) || namesOf(run).includes(reference);
}

const fingerprintOf = ({ id }: RunSummary) => id.slice(id.lastIndexOf('/') + 1);

/** `shop/Deployment/checkout`, `shop/checkout` and `checkout`; a node has no namespace, a run that has no workload yet no name. */
export function namesOf({ namespace, workload }: RunSummary): string[] {
  if (!workload) return [];
  const name = workload.slice(workload.indexOf('/') + 1);
  return namespace ? [`${namespace}/${workload}`, `${namespace}/${name}`, name] : [workload, name];
}
