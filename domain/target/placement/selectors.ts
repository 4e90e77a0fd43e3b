import type { LabelSelector, NodeTerm, Requirement, Taint, Toleration } from './needs.ts';

type Labels = Readonly<Record<string, string>>;

/** True when the label meets the demand; a missing label meets `NotIn` and `DoesNotExist` only. */
export function meets(labels: Labels, { key, operator, values = [] }: Requirement): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      // An operator that we do not know is not met.
      return false;
  }
}

/** True when the labels meet every demand; an empty selector means all, a missing one none. */
export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((requirement) => meets(labels, requirement))
  );
}

/** True when the node fits any of the terms; a term without a demand fits no node. */
export function fitsAnyTerm(terms: readonly NodeTerm[], { name, labels }: { name: string; labels: Labels }): boolean {
  return terms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false;
    const fields = { 'metadata.name': name };
    return (
      matchExpressions.every((demand) => meets(labels, demand)) && matchFields.every((demand) => meets(fields, demand))
    );
  });
}

/** True when one of the tolerations bears the taint. */
export function tolerates(tolerations: readonly Toleration[], taint: Taint): boolean {
  return tolerations.some(({ key = '', operator = 'Equal', value = '', effect = '' }) => {
    if (effect !== '' && effect !== taint.effect) return false;
    if (key === '') return operator === 'Exists';
    if (key !== taint.key) return false;
    return operator === 'Exists' || value === (taint.value ?? '');
  });
}
