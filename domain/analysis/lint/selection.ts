import { type Matcher, parseMatchers } from '../../policy/matcher.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Budget } from './language/budget.ts';
import { findText, type Search } from './language/explore.ts';
import { both, charsBut, empty, type Language, literal, not, repeat } from './language/language.ts';
import { languageOf } from './language/pattern.ts';

/** What a policy asks of each label; a label that is not named may have any value. */
type Selection = ReadonlyMap<string, readonly PlacedMatcher[]>;

/** A matcher, and the item of `match.alerts` that it stands in: one item may hold several. */
export interface PlacedMatcher extends Matcher {
  item: number;
}

const parsed = new WeakMap<Policy, readonly PlacedMatcher[]>();

/** The matchers of a policy, in the order of the file. Each must parse. */
export function matchersOf(policy: Policy): readonly PlacedMatcher[] {
  const read = (): PlacedMatcher[] =>
    policy.spec.match.alerts.flatMap((text, item) => parseMatchers(text).map((matcher) => ({ ...matcher, item })));
  const matchers = parsed.get(policy) ?? read();
  parsed.set(policy, matchers);
  return matchers;
}

/** Where a matcher stands in its policy. */
export const pathOf = ({ item }: PlacedMatcher) => ['spec', 'match', 'alerts', item];

/** The matchers of a policy by label. */
export const selectionOf = (policy: Policy): Selection => Map.groupBy(matchersOf(policy), ({ label }) => label);

/** Matchers that a value must fulfil, and a set of matchers of which it must fail at least one. */
export interface Wish {
  holds: readonly Matcher[];
  fails?: readonly Matcher[];
}

/** A value of the label that fulfils the wish. `among`: the only values there are. An absent label counts as empty. */
export function someValue(label: string, { holds, fails }: Wish, budget: Budget, among?: readonly string[]): Search {
  const equal = holds.find(({ operator }) => operator === '=')?.value;
  const candidates = among ?? (equal === undefined ? undefined : [equal]);
  if (candidates !== undefined) return firstThatFits(label, candidates, { holds, ...(fails && { fails }) });
  const allowed = languagesOf(holds);
  const forbidden = fails === undefined ? [] : languagesOf(fails);
  if (allowed === undefined || forbidden === undefined) return { kind: 'undecided' };
  // Alertmanager knows no alert without a name.
  const named = label === 'alertname' ? [not(empty)] : [];
  const refused = fails === undefined ? [] : [not(both(forbidden))];
  return findText(both([...allowed, ...refused, ...named, oneLine]), budget);
}

/** Texts of one line: what "." leaves out does not make ".*" a narrower matcher. */
const oneLine = repeat(charsBut([[0x0a, 0x0a]]));

/** True when it is certain that every alert fulfils the matcher. */
export const hasNoEffect = (matcher: Matcher, budget: Budget): boolean =>
  someValue(matcher.label, { holds: [], fails: [matcher] }, budget).kind === 'none';

function firstThatFits(label: string, candidates: readonly string[], { holds, fails }: Wish): Search {
  const fits = (matcher: Matcher, value: string) => matcher.matches({ [label]: value });
  const text = candidates.find(
    (value) =>
      !(label === 'alertname' && value === '') &&
      holds.every((matcher) => fits(matcher, value)) &&
      (fails === undefined || !fails.every((matcher) => fits(matcher, value))),
  );
  return text === undefined ? { kind: 'none' } : { kind: 'found', text };
}

function languagesOf(matchers: readonly Matcher[]): Language[] | undefined {
  const languages = matchers.map(matcherLanguage);
  return languages.some((language) => language === undefined) ? undefined : (languages as Language[]);
}

/** The values that a matcher lets through; undefined when its regular expression is not understood. */
export function matcherLanguage({ operator, value }: Matcher): Language | undefined {
  const isRegex = operator === '=~' || operator === '!~';
  const language = isRegex ? languageOf(value) : literal(value);
  return language !== undefined && operator.startsWith('!') ? not(language) : language;
}

/** How two policies relate to each other, as far as it is certain. */
export type Relation = { kind: 'yes'; example: Record<string, string> } | { kind: 'no' } | { kind: 'undecided' };

/** Can the same alert match both, in a namespace of both? With an alert that does. */
export function overlap(one: Policy, other: Policy, budget: Budget): Relation {
  const namespaces = one.spec.scope.namespaces.filter((name) => other.spec.scope.namespaces.includes(name));
  const [first, second] = [selectionOf(one), selectionOf(other)];
  return everyLabel(labelsOf(first, second), (label) =>
    someValue(
      label,
      { holds: [...(first.get(label) ?? []), ...(second.get(label) ?? [])] },
      budget,
      label === 'namespace' ? namespaces : undefined,
    ),
  );
}

const labelsOf = (...selections: Selection[]) => [
  ...new Set(['alertname', 'namespace', ...selections.flatMap((selection) => [...selection.keys()])]),
];

/** A value for each label, or the reason why there is none; labels do not depend on each other. */
function everyLabel(labels: readonly string[], valueFor: (label: string) => Search): Relation {
  const found = labels.map((label) => [label, valueFor(label)] as const);
  if (found.some(([, { kind }]) => kind === 'none')) return { kind: 'no' };
  if (found.some(([, { kind }]) => kind === 'undecided')) return { kind: 'undecided' };
  const values = found.flatMap(([label, value]) => (value.kind === 'found' ? [[label, value.text] as const] : []));
  return { kind: 'yes', example: Object.fromEntries(values.filter(([, value]) => value !== '')) };
}

/** True when it is certain that every alert which matches the one matches the other too, scope included. */
export function implies(one: Policy, other: Policy, budget: Budget): boolean {
  const { namespaces } = one.spec.scope;
  const allowed = selectionOf(one);
  const wanted = new Map(selectionOf(other));
  const isOutside = (label: string, fails: readonly Matcher[]) =>
    someValue(
      label,
      { holds: allowed.get(label) ?? [], fails },
      budget,
      label === 'namespace' ? namespaces : undefined,
    );
  const reachable = namespaces.filter(
    (name) => someValue('namespace', { holds: allowed.get('namespace') ?? [] }, budget, [name]).kind === 'found',
  );
  if (!reachable.every((name) => other.spec.scope.namespaces.includes(name))) return false;
  return [...wanted].every(([label, fails]) => isOutside(label, fails).kind === 'none');
}

/** The alert as a person would write it down: `{alertname="X", namespace="shop"}`. */
export function alertInWords(example: Record<string, string>): string {
  return `{${Object.entries(example)
    .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}
