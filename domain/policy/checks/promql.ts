import { z } from 'zod';
import { formatDuration } from '../../text/duration.ts';
import { duration } from '../duration-field.ts';
import { isAboutPod, queryFaults } from '../promql.ts';
import type { CheckKind } from './check-kind.ts';

const params = z.strictObject({
  query: z
    .string()
    .min(1)
    .max(2_000)
    .describe(
      'True when it returns a sample. {{namespace}}, {{pod}} and {{workload}}, inside quotes, stand for names read from the cluster; {{labels.NAME}}, without quotes and after =, for a label of the alert: up{namespace="{{namespace}}", job={{labels.job}}} == 0.',
    ),
  for: duration({ min: '1s', max: '6h' })
    .optional()
    .describe(
      'Before an act, one and the same series must have had a sample at every step of this time. Left out: now. The fault counts as gone as soon as the query returns nothing.',
    ),
});

/** A question to Prometheus; the only check that needs more than Kubernetes. */
export const promql: CheckKind<'promql', typeof params> = {
  name: 'promql',
  summary: 'Prometheus confirms it now.',
  params,
  needs: ({ query }) => (isAboutPod(query) ? ['pod'] : []),
  words: ({ query, for: forMs }) => `promql ${query}${forMs === undefined ? '' : ` for ${formatDuration(forMs)}`}`,
  faults: ({ query }) => queryFaults(query).map((fault) => ({ field: 'query', ...fault })),
};
