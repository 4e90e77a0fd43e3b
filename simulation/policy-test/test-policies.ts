import { parseAllDocuments } from 'yaml';
import { actions } from '../../activities/actions/index.ts';
import { readPolicyText } from '../../config/policy-text.ts';
import { readPolicyValue } from '../../config/policy-value.ts';
import { maxAliasCount } from '../../config/yaml-text.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { merged } from './merge.ts';

type Mapping = Record<string, unknown>;

/** A test may name any receiver: it is told whom the policy would tell. */
const vocabulary = { actions, receivers: undefined };

/** A policy as it is written, so that fields of it can be replaced. */
export interface PolicyDocument {
  file: string;
  name: string;
  raw: Mapping;
}

/** The policies of a text as they are written, or every fault of them. */
export function policyDocuments(file: string, text: string): { documents: PolicyDocument[]; faults: string[] } {
  const { policies, faults } = readPolicyText(file, text, vocabulary);
  if (faults.length > 0) return { documents: [], faults };
  if (policies.length === 0) return { documents: [], faults: [`${file}: holds no policy`] };
  const written = parseAllDocuments(text, { prettyErrors: false }) as Iterable<{ toJS(options: object): unknown }>;
  const documents = [...written]
    .map((document) => document.toJS({ maxAliasCount }) as Mapping | null)
    .filter((raw) => raw !== null)
    .map((raw, index) => ({ file, name: policies[index]?.metadata.name ?? '', raw }));
  return { documents, faults: [] };
}

/** A change of a policy that does not fit: where in the change, and what is wrong. */
export interface ChangeFault {
  path: readonly PropertyKey[];
  message: string;
}

/** The document with fields of its spec replaced. */
export const changed = (document: PolicyDocument, spec: Mapping | undefined): PolicyDocument =>
  spec === undefined ? document : { ...document, raw: merged(document.raw, { spec }) };

/** The policies that the documents are; a fault that a change brought in names the field of the change. */
export function policiesOf(documents: readonly PolicyDocument[]): { policies: Policy[]; faults: ChangeFault[] } {
  const read = documents.map(({ name, raw }) => ({ name, ...readPolicyValue(raw, vocabulary) }));
  return {
    policies: read.flatMap(({ policy }) => (policy === undefined ? [] : [policy])),
    faults: read.flatMap(({ name, faults }) =>
      faults.map(({ path, message }) => {
        const field = path.slice(1);
        return { path: field, message: `${message} (in policy ${name})` };
      }),
    ),
  };
}
