import { parseArgs } from 'node:util';
import { banner } from './banner.ts';
import { dataFolderOf } from './data-folder.ts';
import { openShop } from './demo/shop.ts';
import { openKubeconfig } from './kubernetes-api.ts';
import { followPolicies } from './policy-news.ts';
import { addressOf, startProduct } from './product.ts';
import { progressOn } from './progress.ts';
import { type Sandbox, startSandbox } from './sandbox.ts';
import { SandboxError } from './sandbox-error.ts';
import { layOutPolicies } from './sandbox-policies.ts';
import { allParts } from './start-parts.ts';
import { stopSignal } from './stop-signal.ts';

function apiPort(): number {
  const text = process.env.MENDFLOW_API_PORT || '8080';
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new SandboxError(`MENDFLOW_API_PORT is ${text}, which is not a port`);
}

/** `npm start -- --name other` runs beside the first one. */
function nameIn(args: readonly string[]): string {
  try {
    return parseArgs({ args: [...args], options: { name: { type: 'string', default: 'default' } } }).values.name;
  } catch (cause) {
    throw new SandboxError(`${(cause as Error).message}\nusage: npm start -- [--name <name>]`);
  }
}

const optional = {
  monitoring: 'no alert comes by itself; docs/quick-start.md says how to send one.',
};

/** A sandbox with Mendflow in it, until Ctrl-C. */
async function startInSandbox(): Promise<void> {
  const name = nameIn(process.argv.slice(2));
  const stopAsked = stopSignal();
  let sandbox: Sandbox | undefined;
  let isUp = false;
  let following: ReturnType<typeof followPolicies> | undefined;
  // Until it is up there is nothing to close in order: the lifelines end what has been started.
  void stopAsked.then(() => isUp || process.exit(130));
  const progress = progressOn(process.stderr);
  const address = await addressOf(apiPort(), 'me');
  sandbox = await startSandbox({
    ...{ dataFolder: dataFolderOf(name), parts: allParts, optional, progress },
    webhook: { url: `${address.url}/webhook`, token: address.intakeToken },
    onLost: ({ name, logFile }, how) => progress.say(`${name} ${how}; see ${logFile}`),
  });
  const admin = openKubeconfig(sandbox.kubernetes.adminKubeconfig);
  try {
    const policies = process.env.MENDFLOW_POLICIES || layOutPolicies(sandbox.dataFolder);
    const step = progress.begin('Mendflow and the shop');
    const [product] = await Promise.all([startProduct(sandbox, address, { policies }), openShop(admin)]);
    step.done();
    isUp = true;
    sandbox.publish({
      ...{ MENDFLOW_SERVER: product.url, MENDFLOW_TOKEN: product.personToken },
      MENDFLOW_INTAKE_TOKENS: product.intakeToken,
    });
    console.log(banner({ sandbox, product, policies, name }));
    following = followPolicies(sandbox.process('worker').logFile, (news) => progress.say(news));
    await stopAsked;
  } finally {
    following?.close();
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
