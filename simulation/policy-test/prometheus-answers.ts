import type { Prometheus } from '../../activities/prometheus.ts';
import { parseQuery } from '../../domain/policy/promql-grammar.ts';

/** One answer of the simulated Prometheus. Times are Unix ms. */
export interface PrometheusAnswer {
  contains: string;
  /** Names of objects, one of which the query must hold in quotes; absent: any query. */
  names?: () => readonly string[];
  value: number;
  fromMs: number;
  untilMs: number;
}

const comparisons: Record<string, (left: number, right: number) => boolean> = {
  Gtr: (left, right) => left > right,
  Lss: (left, right) => left < right,
  Gte: (left, right) => left >= right,
  Lte: (left, right) => left <= right,
  Eql: (left, right) => left === right,
  Neq: (left, right) => left !== right,
};

/** True unless the query ends in a comparison with a number that the value does not pass. */
function passes(query: string, value: number): boolean {
  let last = parseQuery(query).getChild('Expr');
  while (last?.name === 'BinaryExpr') {
    const [, right = null] = last.getChildren('Expr');
    const operator = Object.keys(comparisons).find((name) => last?.getChild(name)) ?? '';
    if (right?.name === 'NumberDurationLiteral') {
      const number = Number(query.slice(right.from, right.to));
      return Number.isNaN(number) || (comparisons[operator]?.(value, number) ?? true);
    }
    last = right;
  }
  return true;
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
