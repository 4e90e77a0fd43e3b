import { unhealthyNodes } from '../../target/cluster-context.ts';
import { defineRule } from './rule.ts';

const retryAfterMs = 30_000;

/** While the cluster's own machinery is unwell, what looks like a fault of a workload often is not. */
export const controlPlane = defineRule({
  name: 'controlPlane',
  statements: ['G18'],
  summary: 'Holds while the API server is slow, fails or throttles, or many nodes are not ready or under pressure.',
  reasons: ['controlPlaneDegraded'],
  settings: ['config: guard.controlPlane'],
  judge: ({ request, limits }) => {
    const { vitals, nodes } = request.surroundings;
    const { p99Ms, serverErrors, throttledPercent, notReadyPercent, minCalls } = limits.controlPlane;
    const unhealthy = unhealthyNodes(nodes);
    const isTelling = vitals.calls >= minCalls;
    const signs = [
      isTelling && vitals.p99Ms > p99Ms && `the API server takes ${Math.round(vitals.p99Ms)} ms (p99)`,
      vitals.serverErrors >= serverErrors && `${vitals.serverErrors} server errors in a minute`,
      isTelling &&
        vitals.throttled * 100 > throttledPercent * vitals.calls &&
        `${vitals.throttled} of ${vitals.calls} calls were throttled`,
      unhealthy > 1 &&
        unhealthy * 100 > notReadyPercent * nodes.total &&
        `${unhealthy} of ${nodes.total} nodes are not ready${nodes.underPressure ? ' or under pressure' : ''}`,
    ].filter((sign) => sign !== false);
    if (signs.length === 0) return undefined;
    return { kind: 'hold', reason: 'controlPlaneDegraded', retryAfterMs, detail: signs.join('; ') };
  },
});
