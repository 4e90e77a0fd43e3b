import { createServer, type IncomingMessage } from 'node:http';
import { openKubeconfig } from '../../sandbox/kubernetes-api.ts';

// The bot that everybody writes first: whatever pod a firing alert names is deleted inside the request. Nothing is
// verified, asked or remembered; that is the speed which durability and evidence are compared with.

interface Webhook {
  alerts: { status: string; labels: { namespace?: string; pod?: string } }[];
}

const cluster = openKubeconfig(process.env.KUBECONFIG ?? '');

async function bodyOf(request: IncomingMessage): Promise<Webhook> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString()) as Webhook;
}

async function deletePods({ alerts }: Webhook): Promise<void> {
  for (const { status, labels } of alerts) {
    if (status !== 'firing' || labels.namespace === undefined || labels.pod === undefined) continue;
    await cluster.call('DELETE', `/api/v1/namespaces/${labels.namespace}/pods/${labels.pod}`);
  }
}

const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.end();
    return;
  }
  bodyOf(request)
    .then(deletePods)
    .then(
      () => response.writeHead(200).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
});
server.listen(Number(process.env.BASELINE_PORT), '127.0.0.1');
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void cluster.close();
});
