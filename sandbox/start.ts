import { join } from 'node:path';
import { dataFolderOf } from './data-folder.ts';
import { openShop } from './demo/shop.ts';
import { openKubeconfig } from './kubernetes-api.ts';
import { addressOf, type Product, startProduct } from './product.ts';
import { progressOn } from './progress.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { SandboxError } from './sandbox-error.ts';
import { allParts } from './start-parts.ts';
import { stopSignal } from './stop-signal.ts';

function banner(sandbox: Sandbox, product: Product): string {
  const webhook = `curl -H 'Authorization: Bearer ${product.intakeToken}' -H 'Content-Type: application/json' --data @docs/examples/alertmanager-webhook.json ${product.url}/webhook`;
  const runs = `curl -H 'Authorization: Bearer ${product.personToken}' ${product.url}/v1/remediations`;
  return [
    '\nMendflow is ready for alerts.',
    `  API              ${product.url}/docs`,
    `  Temporal Web UI  ${sandbox.temporal.uiUrl}`,
    `  kubectl          --kubeconfig ${sandbox.kubernetes.adminKubeconfig} (three pods each of shop/checkout, shop/payments, shop/catalog)`,
    '  variables        eval "$(node cli/mendflow.mjs sandbox env)"',
    '  break a pod      node cli/mendflow.mjs sandbox break shop/catalog-0 crash-loop',
    `  send an alert    ${webhook}`,
    `  list the runs    ${runs}`,
    '  Ctrl-C stops it.',
  ].join('\n');
}

function apiPort(): number {
  const text = process.env.MENDFLOW_API_PORT || '8080';
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new SandboxError(`MENDFLOW_API_PORT is ${text}, which is not a port`);
}

const optional = {
  monitoring: 'no alert comes by itself; send one with the command below.',
};

/** A sandbox with Mendflow in it, until Ctrl-C. */
async function startInSandbox(): Promise<void> {
  const stopAsked = stopSignal();
  let sandbox: Sandbox | undefined;
  let isUp = false;
  // Until it is up there is nothing to close in order: the lifelines end what has been started.
  void stopAsked.then(() => isUp || process.exit(130));
  const progress = progressOn(process.stderr);
  const address = await addressOf(apiPort(), 'me');
  sandbox = await startSandbox({
    ...{ dataFolder: dataFolderOf('default'), parts: allParts, optional, progress },
    webhook: { url: `${address.url}/webhook`, token: address.intakeToken },
    onLost: ({ name, logFile }, how) => progress.say(`${name} ${how}; see ${logFile}`),
  });
  const admin = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
  try {
    const policies = process.env.MENDFLOW_POLICIES || join(import.meta.dirname, '..', 'policies');
    const step = progress.begin('Mendflow and the shop');
    const [product] = await Promise.all([startProduct(sandbox, address, { policies }), openShop(admin)]);
    step.done();
    isUp = true;
    console.log(banner(sandbox, product));
    await stopAsked;
  } finally {
    await admin.close();
    await sandbox.stop();
  }
}

/** With an address of Temporal in the environment this is the real thing: `mendflow serve`. */
if (process.env.TEMPORAL_ADDRESS) {
  process.argv.splice(2, 0, 'serve');
  await import('../cli/main.ts');
} else {
  process.exitCode = await startInSandbox().then(
    () => 0,
    (error: unknown) => {
      console.error(error instanceof SandboxError ? `\n${error.message}` : error);
      return 1;
    },
  );
}
