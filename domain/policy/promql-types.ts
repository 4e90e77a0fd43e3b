import { RE2JS, RE2JSSyntaxException } from 're2js';
import { childrenOf, comparisons, meaningOf, type QueryError, type QueryNode } from './promql-grammar.ts';

/** What an expression of PromQL returns. */
type ValueType = 'scalar' | 'string' | 'instant vector' | 'range vector';

const types: Record<string, ValueType> = { s: 'scalar', t: 'string', v: 'instant vector', m: 'range vector' };

/** Functions by what they take: s a scalar, t a string, v an instant vector, m a range vector; ? may be left out, * may come again. */
const functions: Record<string, string> = {
  '': 'pi time',
  v: `abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count
    histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad scalar sgn sin sinh sort sort_desc sqrt tan tanh
    timestamp`,
  'v?': 'day_of_month day_of_week day_of_year days_in_month hour minute month year',
  m: `absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate
    last_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time
    stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time`,
  s: 'vector',
  'v s': 'clamp_max clamp_min',
  'v s s': 'clamp',
  'v s?': 'round',
  's v': 'histogram_quantile',
  's s v': 'histogram_fraction',
  's m': 'quantile_over_time',
  'm s': 'predict_linear',
  'm s s': 'double_exponential_smoothing',
  'v t t t t': 'label_replace',
  'v t t t*': 'label_join',
  'v t*': 'sort_by_label sort_by_label_desc',
};
const takenBy = new Map(
  Object.entries(functions).flatMap(([taken, names]) => names.split(/\s+/).map((name) => [name, taken] as const)),
);
const scalarFunctions = ['pi', 'scalar', 'time'];
const aggregations: Record<string, string> = {
  ...{ topk: 's v', bottomk: 's v', quantile: 's v', limitk: 's v', limit_ratio: 's v', count_values: 't v' },
};
const setOperators = ['And', 'Or', 'Unless'];
const selections = ['VectorSelector', 'MatrixSelector', 'SubqueryExpr'];
const modifiers = ['OffsetExpr', 'StepInvariantExpr', 'AnchoredExpr', 'SmoothedExpr'];

/** A query without syntax errors, and what was found wrong in it so far. */
interface Reading {
  text: string;
  errors: QueryError[];
}

/**
 * Where types do not fit, in a query without syntax errors: arguments of functions, ranges, comparisons of two numbers,
 * selectors of everything, regular expressions that are none. Then whether its result can be a check at all: a range or a
 * text never counts as a sample, a number and a comparison with `bool` always do.
 */
export function typeErrorsIn(text: string, top: QueryNode): QueryError[] {
  const reading: Reading = { text, errors: [] };
  const [expression] = childrenOf(top);
  if (expression === undefined) return [];
  const type = typeOf(reading, expression);
  if (reading.errors.length === 0) checkResult(reading, expression, type);
  return reading.errors;
}

const textOf = ({ text }: Reading, { from, to }: QueryNode) => text.slice(from, to);

/** Undefined: unknown, which fits everywhere. */
function typeOf(reading: Reading, node: QueryNode): ValueType | undefined {
  const [first] = childrenOf(node);
  if (node.name === 'NumberDurationLiteral') return 'scalar';
  if (node.name === 'StringLiteral') return 'string';
  if (node.name === 'VectorSelector') return selected(reading, node);
  if (node.name === 'FunctionCall') return called(reading, node);
  if (node.name === 'AggregateExpr') return aggregated(reading, node);
  if (node.name === 'BinaryExpr') return combined(reading, node);
  if (first === undefined) return undefined;
  if (node.name === 'ParenExpr') return typeOf(reading, first);
  if (node.name === 'UnaryExpr') return calculable(reading, childrenOf(node).at(-1) ?? first);
  if (node.name === 'MatrixSelector') return ranged(reading, first);
  if (node.name === 'SubqueryExpr') {
    expectType(reading, first, { wanted: 'instant vector', by: 'a subquery' });
    return 'range vector';
  }
  return modifiers.includes(node.name) ? modified(reading, node, first) : undefined;
}

function expectType(
  reading: Reading,
  node: QueryNode,
  { wanted, by }: { wanted: ValueType | undefined; by: string },
): void {
  const type = typeOf(reading, node);
  if (type === undefined || wanted === undefined || type === wanted) return;
  const fix =
    wanted === 'range vector'
      ? 'Write a selector with a time behind it, such as http_requests_total[5m].'
      : type === 'range vector'
        ? 'Leave out the time in brackets, or put a function such as rate around it.'
        : `Write ${article(wanted)} there.`;
  reading.errors.push({ at: node.from, message: `${by} takes ${article(wanted)}, not ${article(type)}`, fix });
}

const article = (type: ValueType) => (type === 'instant vector' ? `an ${type}` : `a ${type}`);

/** Arguments against what is taken, in the notation of `functions`. */
function checkArguments(reading: Reading, body: QueryNode, { name, taken }: { name: string; taken: string }): void {
  const given = childrenOf(body);
  const wanted = taken.split(' ').filter((one) => one !== '');
  const last = wanted.at(-1) ?? '';
  const least = wanted.length - (/[?*]$/.test(last) ? 1 : 0);
  const most = last.endsWith('*') ? Number.POSITIVE_INFINITY : wanted.length;
  if (given.length < least || given.length > most) {
    const number =
      least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `at least ${least}` : `${least} or ${most}`;
    const message = `${name} takes ${number} ${number === '1' ? 'argument' : 'arguments'}, not ${given.length}`;
    reading.errors.push({ at: body.from, message, fix: `Give ${name} ${number}.` });
    return;
  }
  given.forEach((node, index) => {
    const type = (wanted[index] ?? last).charAt(0);
    expectType(reading, node, { wanted: types[type], by: name });
  });
}

function called(reading: Reading, node: QueryNode): ValueType | undefined {
  const [identifier, body] = childrenOf(node);
  if (identifier === undefined || body === undefined) return undefined;
  const name = textOf(reading, identifier);
  const taken = takenBy.get(name);
  if (taken === undefined) return undefined;
  checkArguments(reading, body, { name, taken });
  return scalarFunctions.includes(name) ? 'scalar' : 'instant vector';
}

function aggregated(reading: Reading, node: QueryNode): ValueType {
  const operator = node.getChild('AggregateOp');
  const body = node.getChild('FunctionCallBody');
  if (operator !== null && body !== null) {
    const name = textOf(reading, operator).toLowerCase();
    checkArguments(reading, body, { name, taken: aggregations[name] ?? 'v' });
  }
  return 'instant vector';
}

function combined(reading: Reading, node: QueryNode): ValueType | undefined {
  const children = childrenOf(node);
  const [left, operator] = children;
  const right = children.at(-1);
  if (left === undefined || operator === undefined || right === undefined) return undefined;
  const sides = [calculable(reading, left), calculable(reading, right)];
  const error = operatorError(node, operator.name, sides);
  if (error !== undefined) reading.errors.push({ at: operator.from, ...error });
  if (sides.includes('instant vector')) return 'instant vector';
  return sides.includes(undefined) ? undefined : 'scalar';
}

function operatorError(
  node: QueryNode,
  operator: string,
  sides: readonly (ValueType | undefined)[],
): Omit<QueryError, 'at'> | undefined {
  const isComparison = comparisons.includes(operator);
  const isSet = setOperators.includes(operator);
  const hasBool = node.getChild('BoolModifier') !== null;
  const matching = node.getChild('MatchingModifierClause');
  const labels = matching?.getChild('GroupingLabels');
  if (hasBool && !isComparison) {
    return { message: 'bool stands behind an operator that compares nothing', fix: 'Leave out bool.' };
  }
  if (isComparison && !hasBool && sides.every((type) => type === 'scalar')) {
    return { message: 'two numbers are compared', fix: 'Compare what a selector returns, as in up == 0.' };
  }
  if (isSet && sides.includes('scalar')) {
    const message = `${operator.toLowerCase()} takes instant vectors on both sides`;
    return { message, fix: 'Write selectors on both sides, or an operator that takes numbers.' };
  }
  if (labels && childrenOf(labels).length > 0 && sides.includes('scalar')) {
    return { message: 'labels are matched between two instant vectors only', fix: 'Leave out on and ignoring.' };
  }
  if (isSet && (matching?.getChild('GroupLeft') || matching?.getChild('GroupRight'))) {
    return { message: `${operator.toLowerCase()} takes no group_left and no group_right`, fix: 'Leave it out.' };
  }
  return undefined;
}

/** The type of an operand: a number or a vector. */
function calculable(reading: Reading, node: QueryNode): ValueType | undefined {
  const type = typeOf(reading, node);
  if (type === undefined || type === 'scalar' || type === 'instant vector') return type;
  const message = `an operator takes numbers and instant vectors, not ${article(type)}`;
  const fix = type === 'string' ? 'Write a number or a selector there.' : 'Put a function such as rate around it.';
  reading.errors.push({ at: node.from, message, fix });
  return undefined;
}

function ranged(reading: Reading, node: QueryNode): ValueType {
  if (node.name === 'VectorSelector') selected(reading, node);
  else {
    const message = 'a time in brackets may only follow a selector';
    reading.errors.push({
      at: node.from,
      message,
      fix: 'Write it right behind the selector, or a subquery: [10m:1m].',
    });
  }
  return 'range vector';
}

/** The grammar puts what follows the right side of an operator around the whole: in a + b offset 5m the offset is b's. */
function modified(reading: Reading, node: QueryNode, inner: QueryNode): ValueType | undefined {
  let operand = inner;
  while (operand.name === 'BinaryExpr' || operand.name === 'UnaryExpr') operand = childrenOf(operand).at(-1) ?? node;
  if ([...selections, ...modifiers].includes(operand.name) && operand.name !== node.name) {
    return typeOf(reading, inner);
  }
  const message = `"${reading.text.slice(inner.to, node.to).trim()}" may only follow a selector`;
  reading.errors.push({ at: inner.to, message, fix: 'Write it right behind the selector.' });
  return undefined;
}

function selected(reading: Reading, node: QueryNode): ValueType {
  const matchers = childrenOf(node).flatMap((child) => (child.name === 'LabelMatchers' ? childrenOf(child) : []));
  const passesAll = matchers.map((matcher) => takesEmpty(reading, matcher)).every((takes) => takes);
  const isNamed = node.getChild('Identifier') !== null;
  if (!isNamed && passesAll) {
    const message = 'this selector would select every series';
    reading.errors.push({ at: node.from, message, fix: 'Name the metric, or a label that is not empty.' });
  }
  const nameAgain = matchers.find((matcher) => {
    const label = matcher.getChild('LabelName');
    return label !== null && textOf(reading, label) === '__name__';
  });
  if (isNamed && nameAgain !== undefined) {
    reading.errors.push({ at: nameAgain.from, message: 'the metric is named twice', fix: 'Leave out __name__.' });
  }
  return 'instant vector';
}

/** True for a matcher that a series without the label passes. */
function takesEmpty(reading: Reading, matcher: QueryNode): boolean {
  const operator = matcher.getChild('MatchOp');
  const literal = matcher.getChild('StringLiteral');
  // A name in quotes alone names the metric.
  if (operator === null || literal === null) return false;
  const meaning = meaningOf(textOf(reading, literal));
  if (meaning.kind === 'wrong') return false;
  const sign = textOf(reading, operator);
  if (sign === '=') return meaning.value === '';
  if (sign === '!=') return meaning.value !== '';
  try {
    return RE2JS.compile(meaning.value).matches('') === (sign === '=~');
  } catch (cause) {
    const message = `this is no regular expression of RE2: ${descriptionOf(cause)}`;
    reading.errors.push({ at: literal.from, message, fix: 'Write one in the syntax of RE2, such as "shop-.*".' });
    return false;
  }
}

/** Without the pattern, in which letters stand for placeholders. */
const descriptionOf = (cause: unknown) =>
  cause instanceof RE2JSSyntaxException ? cause.getDescription() : String(cause);

function checkResult(reading: Reading, node: QueryNode, type: ValueType | undefined): void {
  const at = node.from;
  if (type === 'range vector' || type === 'string') {
    const message = `the query returns ${article(type)}, which never counts as a sample`;
    reading.errors.push({ at, message, fix: 'Write an expression that returns samples only where the fault is.' });
  } else if (isBool(node)) {
    const message = 'a comparison with bool returns 0 or 1, and either counts as a sample';
    reading.errors.push({ at, message, fix: 'Leave out bool.' });
  } else if (type === 'scalar') {
    const message = 'the query returns a number in any case, so the check would always hold';
    reading.errors.push({ at, message, fix: 'Compare what a selector returns, as in up == 0.' });
  }
}

const isBool = (node: QueryNode): boolean => {
  const [inside] = node.name === 'ParenExpr' ? childrenOf(node) : [];
  return inside === undefined ? node.getChild('BoolModifier') !== null : isBool(inside);
};
