import type { ActionSpec } from '../domain/policy/action.ts';

/** What a policy may name. */
export interface PolicyVocabulary {
  actions: readonly ActionSpec[];
  /** Names of the receivers in the configuration; undefined: they are not checked. */
  receivers: readonly string[] | undefined;
}

/** What keeps a policy from being read, by code; docs/reference/lint.md lists them beside the rules. */
export const readingFaults = {
  unreadable: 'The file cannot be read, or is larger than 256 KiB.',
  yamlSyntax: 'The text is not YAML, or resolves too many aliases.',
  unknownField: 'There is no such field.',
  missingField: 'A field that a policy cannot do without is not there.',
  invalidValue: 'The value does not fit its field.',
  unknownAction: 'A step names no action, or one that does not exist.',
  matcherSyntax: 'A matcher cannot be read, or its regular expression is not RE2.',
  unknownReceiver: 'A receiver is not in the configuration.',
  checkSyntax: 'A check can never be judged, such as a query with an unknown placeholder or an open quote.',
  unknownPlaceholder: 'A message holds a placeholder that nothing is filled in for.',
  duplicateName: 'Another policy has the same name.',
} as const;
export type ReadingFault = keyof typeof readingFaults;

/** One fault of a policy: where, what is wrong, and what to write instead. */
export interface PolicyFault {
  code: ReadingFault;
  path: readonly PropertyKey[];
  /** The end of a sentence that begins with the field. */
  message: string;
  fix: string;
}
