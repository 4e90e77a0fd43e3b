import { openTransport } from '../../activities/kubernetes/client.ts';
import { missingRights } from '../../activities/kubernetes/own-rights.ts';
import { policyResources } from '../../activities/kubernetes/policy-resources.ts';
import type { Transport } from '../../activities/kubernetes/transport.ts';
import type { Config } from '../../config/config.ts';
import { missingInWords } from '../../domain/analysis/rights.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { rightsOf } from '../rights.ts';
import { type Examination, failed, ok, skipped, warning } from './examination.ts';

/** Temporal, tickets and leases compare times of several machines; the API server's answer has whole seconds. */
const clockOffMs = 5_000;

/** Opens the cluster when the first examination needs it: a missing kubeconfig is a finding, too. */
export function clusterExaminations(config: Config, policies: readonly Policy[], now: () => number) {
  const { kubeconfig, context } = config.kubernetes;
  let opened: ReturnType<typeof openTransport> | undefined;
  const transport = (): Transport => {
    opened ??= openTransport({ ...(kubeconfig && { kubeconfig }), ...(context && { context }) });
    return opened.transport;
  };
  const examinations = [
    account(transport),
    clock(transport, now),
    rights(transport, config, policies),
    customResources(transport, config),
  ];
  return { examinations, close: async () => opened?.close() };
}

interface Review {
  metadata?: { creationTimestamp?: string };
  status?: { userInfo?: { username?: string } };
}

const whoAmI = (transport: Transport) =>
  transport.json<Review>({
    method: 'POST',
    path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
  });

const account = (transport: () => Transport): Examination => ({
  name: 'kubernetes',
  async look() {
    try {
      transport();
    } catch (error) {
      return failed((error as Error).message, 'Set KUBECONFIG to a file that can be read, or run inside the cluster.');
    }
    const { gitVersion = 'of an unknown version' } = await transport().json<{ gitVersion?: string }>({
      method: 'GET',
      path: '/version',
    });
    const { status } = await whoAmI(transport());
    const { username } = status?.userInfo ?? {};
    return ok(`${gitVersion} answers; ${username === undefined ? 'it does not say who we are' : `we are ${username}`}`);
  },
});

const clock = (transport: () => Transport, now: () => number): Examination => ({
  name: 'clock',
  needs: 'kubernetes',
  async look() {
    const beforeMs = now();
    const { metadata } = await whoAmI(transport());
    const theirsMs = Date.parse(metadata?.creationTimestamp ?? '');
    if (Number.isNaN(theirsMs)) return skipped('the API server does not tell its time');
    // What it says is cut to a second, and the answer took its time.
    const offMs = Math.max(beforeMs - 1_000 - theirsMs, theirsMs - now(), 0);
    if (offMs <= clockOffMs) return ok('agrees with that of the API server');
    const fix = 'Let NTP set the clocks: permits and approvals expire by them.';
    return failed(`this machine's clock and that of the API server differ by ${formatDuration(offMs)}`, fix);
  },
});

const rights = (transport: () => Transport, config: Config, policies: readonly Policy[]): Examination => ({
  name: 'rights',
  needs: 'kubernetes',
  async look() {
    const needs = rightsOf(config, policies);
    const missing = await missingRights(transport(), needs);
    if (missing.length === 0) return ok(`all ${needs.length} that the policies and settings need are granted`);
    const fix = 'Apply the files named, with kubectl apply -f; the worker needs nothing beyond them.';
    return failed(missingInWords(missing).join('\n'), fix);
  },
});

const customResources = (transport: () => Transport, { policies: { source } }: Config): Examination => ({
  name: 'custom resources',
  needs: 'kubernetes',
  async look() {
    const areThere = await policyResources(transport()).exist();
    if (source === 'crd') {
      return areThere
        ? ok('the cluster serves policies as custom resources')
        : failed(
            'policies.source is crd, and the cluster has no policies',
            'kubectl apply -f deploy/crd/ and a policy.',
          );
    }
    if (!areThere) return skipped('policies come from files');
    return warning(
      'the cluster has policies that are not read: policies.source is files',
      'Set policies.source to crd.',
    );
  },
});
