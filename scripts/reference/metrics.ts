import { metricSpecs } from '../../telemetry/metrics.ts';
import { code, page, table } from './markdown.ts';

/** docs/reference/metrics.md: every metric of our own. */
export const metricsPage = (): string =>
  page(
    'Metrics',
    'telemetry/metrics.ts',
    'Served at `/metrics` of the api and of each worker, beside the metrics of the Node process. Label values are bounded: none comes from an alert’s free text.',
    table(
      ['metric', 'kind', 'labels', 'meaning'],
      Object.values(metricSpecs).map(({ name, kind, labels, help }) => [code(name), kind, labels.join(', '), help]),
    ),
  );
