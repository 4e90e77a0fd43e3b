import { isGranted, missingInWords, type Need, type Rule } from '../../domain/analysis/rights.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Transport } from './transport.ts';

const root = '/apis/authorization.k8s.io/v1';
/** A cluster with hundreds of namespaces is asked in turns. */
const atOnce = 8;

/**
 * Those of the rights that our account does not have, as the API server says itself. The rules of a namespace are listed
 * in one call; what they do not show is asked one by one, since an authorizer may not list all that it allows. Fails as
 * the transport does.
 */
export async function missingRights(transport: Pick<Transport, 'json'>, needs: readonly Need[]): Promise<Need[]> {
  const places = [...Map.groupBy(needs, ({ namespace }) => namespace)];
  const unlisted = await inTurns(places, async ([namespace, wanted]) => {
    if (namespace === '') return wanted;
    const rules = await rulesIn(transport, namespace);
    return wanted.filter((need) => !isGranted(need, rules));
  });
  const refused = await inTurns(unlisted.flat(), async (need) => ((await mayDo(transport, need)) ? [] : [need]));
  return refused.flat();
}

/** Rights, and who needs them. */
interface Wanted {
  needs: readonly Need[];
  whoNeeds: 'the policies need' | 'the watcher needs';
}

/**
 * Compares the rights that we have with those that we need, and says in the log what is missing and which file grants it.
 * Nothing waits for it: what is missing is refused by the API server all the same, with its reason.
 */
export async function tellMissingRights(
  transport: Pick<Transport, 'json'>,
  { needs, whoNeeds }: Wanted,
  log: Pick<Logger, 'warn' | 'info'>,
): Promise<void> {
  try {
    const missing = await missingRights(transport, needs);
    if (missing.length === 0)
      return log.info({ count: needs.length }, `the cluster grants every right that ${whoNeeds}`);
    const detail = missingInWords(missing).join('\n');
    log.warn({ count: missing.length, detail }, `the cluster does not grant rights that ${whoNeeds}`);
  } catch (error) {
    const code = error instanceof MendflowError ? error.code : 'INTERNAL';
    log.warn({ err: error, code }, 'it cannot be known which rights the cluster grants');
  }
}

async function rulesIn(transport: Pick<Transport, 'json'>, namespace: string): Promise<Rule[]> {
  const review = await transport.json<{ status?: { resourceRules?: Rule[] } }>({
    method: 'POST',
    path: `${root}/selfsubjectrulesreviews`,
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } },
  });
  return review.status?.resourceRules ?? [];
}

async function mayDo(
  transport: Pick<Transport, 'json'>,
  { namespace, group, resource: path, verb, name }: Need,
): Promise<boolean> {
  const [resource, subresource] = path.split('/');
  const resourceAttributes = {
    namespace,
    group,
    resource,
    verb,
    ...(subresource && { subresource }),
    ...(name && { name }),
  };
  const review = await transport.json<{ status?: { allowed?: boolean } }>({
    method: 'POST',
    path: `${root}/selfsubjectaccessreviews`,
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } },
  });
  return review.status?.allowed === true;
}

async function inTurns<T, R>(all: readonly T[], ask: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (let at = 0; at < all.length; at += atOnce) {
    answers.push(...(await Promise.all(all.slice(at, at + atOnce).map(ask))));
  }
  return answers;
}
