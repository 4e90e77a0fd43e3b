import { join } from 'node:path';
import type { Measured } from '../monitoring/index.ts';
import { kubeletPort } from './files.ts';
import type { RealNodes } from './nodes.ts';

const shippedRules = join(import.meta.dirname, '..', '..', 'deploy', 'monitoring', 'remediation-rules.yaml');

/** The kubelets' own metrics and the state of the objects, by the rules that are shipped, word for word. */
export const measuredOfNodes = ({ nodes, stateMetrics }: RealNodes): Measured => ({
  ...{ template: 'prometheus-real-node.yml', rules: shippedRules },
  values: {
    KUBELETS: JSON.stringify(nodes.map(({ address }) => `${address}:${kubeletPort}`)),
    STATE_METRICS: JSON.stringify([stateMetrics]),
  },
});
