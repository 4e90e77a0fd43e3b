import type { Prometheus } from '../../activities/prometheus.ts';

/** One answer of the pretended Prometheus. Times are Unix ms. */
export interface PrometheusAnswer {
  contains: string;
  /** Names of objects, one of which the query must hold in quotes; absent: any query. */
  names?: () => readonly string[];
  value: number;
  fromMs: number;
  untilMs: number;
}

const comparisons: Record<string, (left: number, right: number) => boolean> = {
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};
const lastComparison = /(>=|<=|==|!=|>|<)\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*$/;

/** True unless the query ends in a comparison with a number that the value does not pass. */
function passes(query: string, value: number): boolean {
  const [, operator = '', number] = lastComparison.exec(query) ?? [];
  return comparisons[operator]?.(value, Number(number)) ?? true;
}

/** A Prometheus that gives these answers at their times, and nothing to every other query. */
export function answeringPrometheus(answers: readonly PrometheusAnswer[], now: () => number): Prometheus {
  return {
    query: async (promql, { heldForMs = 0 } = {}) => {
      const nowMs = now();
      return answers
        .filter(({ contains, names, value, fromMs, untilMs }) => {
          const isOn = fromMs <= nowMs - heldForMs && nowMs < untilMs;
          const isMeant = promql.includes(contains) && (names?.().some((name) => promql.includes(`"${name}"`)) ?? true);
          return isOn && isMeant && passes(promql, value);
        })
        .map(({ value }) => value);
    },
  };
}
