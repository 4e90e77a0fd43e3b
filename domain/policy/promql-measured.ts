import { childrenOf, comparisons, parseQuery, type QueryNode } from './promql-grammar.ts';

/** What a query compares with a number: the query of the left side, and what was asked of it. */
export interface Compared {
  /** The left side, a query of its own. */
  query: string;
  /** `> 0.8`. */
  asked: string;
}

/** The value that a query compares with a number at its end, and that comparison; undefined for every other query. */
export function comparedIn(query: string): Compared | undefined {
  const found = comparisonAt(childrenOf(parseQuery(query))[0]);
  if (found === undefined) return undefined;
  const [left, operator, right] = childrenOf(found);
  if (left === undefined || operator === undefined || right?.name !== 'NumberDurationLiteral') return undefined;
  if (!comparisons.includes(operator.name)) return undefined;
  const textOf = ({ from, to }: QueryNode) => query.slice(from, to);
  return { query: textOf(left), asked: `${textOf(operator)} ${textOf(right)}` };
}

/** Within brackets too. */
function comparisonAt(node: QueryNode | undefined): QueryNode | undefined {
  let inner = node;
  while (inner?.name === 'ParenExpr') inner = childrenOf(inner)[0];
  return inner?.name === 'BinaryExpr' ? inner : undefined;
}
