import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { until, type World } from './world.ts';

/** A validating webhook that takes no change of the Deployments it is asked about. */
export interface DenyingWebhook {
  /** Answers every question from now on with this status and this message. */
  answer(code: number, message: string): void;
  close(): Promise<void>;
}

const about = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' };
const name = 'denies.test.mendflow.dev';

/** Serves the webhook on the loopback address, and registers it for Deployments with the label `app`; resolves once it is asked. */
export async function openDenyingWebhook({ api, sandbox }: World, app: string): Promise<DenyingWebhook> {
  const { caFile } = sandbox.kubernetes;
  let status = { code: 400, message: 'not yet' };
  let asked = 0;
  // The certificate of the API server is for this address, too.
  const tls = { cert: readFileSync(caFile), key: readFileSync(join(dirname(caFile), 'apiserver.key')) };
  const deny = async (question: IncomingMessage, answer: ServerResponse) => {
    asked += 1;
    const { request } = (await json(question)) as { request: { uid: string } };
    const response = { uid: request.uid, allowed: false, status };
    answer.setHeader('content-type', 'application/json');
    answer.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }));
  };
  const server = createServer(tls, (question, answer) => {
    deny(question, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const clientConfig = { url, caBundle: readFileSync(caFile).toString('base64') };
  const rule = { apiGroups: ['apps'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['deployments'] };
  const hook = {
    ...{ name, clientConfig, rules: [rule], objectSelector: { matchLabels: { app } } },
    ...{ sideEffects: 'None', admissionReviewVersions: ['v1'], failurePolicy: 'Fail', timeoutSeconds: 5 },
  };
  await api.apply([{ ...about, metadata: { name }, webhooks: [hook] }]);
  const content = { type: 'application/merge-patch+json', content: { metadata: { annotations: { probe: 'a' } } } };
  const path = `/apis/apps/v1/namespaces/shop/deployments/${app}?dryRun=All`;
  await until('the webhook is asked', async () => {
    await api.call('PATCH', path, content).catch(() => undefined);
    return asked > 0;
  });
  return {
    answer(code, message) {
      status = { code, message };
    },
    async close() {
      await api.call('DELETE', `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${name}`);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
