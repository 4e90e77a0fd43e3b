import type { Client } from '@temporalio/client';
import type { Config } from '../../config/config.ts';
import { keyMissing } from '../../domain/run/signing.ts';
import { clusterExaminations } from './cluster.ts';
import { type Examination, examine, type Finding, ok, skipped, warning } from './examination.ts';
import { outsideExaminations } from './outside.ts';
import { readPolicies } from './policies.ts';
import { pollerExaminations } from './pollers.ts';

export type { Examination, Finding } from './examination.ts';

interface DoctorDeps {
  client: Client;
  /** Of Temporal as the api needs it; they come after our own of the configuration. */
  temporal: readonly Examination[];
  sendTest: boolean;
  /** Unix ms. */
  now: () => number;
}

/** Looks at everything that an installation needs, one thing after the other; never throws, writes nothing but `sendTest`'s messages. */
export async function* doctor(config: Config, deps: DoctorDeps): AsyncGenerator<Finding> {
  const { client, temporal, now } = deps;
  const { policies, examination } = readPolicies(config);
  const cluster = clusterExaminations(config, policies, now);
  const all: Examination[] = [
    signingKey(config),
    examination,
    ...temporal,
    ...pollerExaminations(client, config),
    ...cluster.examinations,
    ...outsideExaminations(config, policies, deps),
  ];
  try {
    const broken = new Set<string>();
    for (const one of all) {
      const finding = await examineUnless(broken, one);
      if (finding.status === 'failed') broken.add(finding.check);
      yield finding;
    }
  } finally {
    await cluster.close();
  }
}

/** What stands on something broken would only say the same again. */
function examineUnless(broken: ReadonlySet<string>, examination: Examination): Finding | Promise<Finding> {
  const { name, needs } = examination;
  if (needs === undefined || !broken.has(needs)) return examine(examination);
  return { check: name, ...skipped(`not looked at, because ${needs} failed`) };
}

const signingKey = ({ approval: { key } }: Config): Examination => ({
  name: 'signing key',
  look: async () => {
    const [first] = key;
    if (first !== undefined) return ok(`${first.id} signs approvals and permits`);
    return warning(
      `no action is taken: ${keyMissing}`,
      'Set MENDFLOW_APPROVAL_KEY to the same value for api and workers.',
    );
  },
});
