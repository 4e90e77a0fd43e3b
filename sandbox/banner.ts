import type { Product } from './product.ts';
import type { Sandbox } from './sandbox.ts';

const cli = 'node cli/mendflow.mjs';

/** What a person types next, with what it does. */
function nextSteps(name: string): [line: string, does: string][] {
  const flag = name === 'default' ? '' : ` --name ${name}`;
  return [
    [`eval "$(${cli} sandbox env${flag})"`, 'point this shell at the sandbox'],
    [`${cli} sandbox break shop/catalog-0 memory-leak${flag}`, 'the policy memory-leak heals it in 2 minutes'],
    [`${cli} list --watch`, 'wait until it says remediated; Ctrl-C leaves the list'],
    [`${cli} describe catalog`, 'see what was done, and why'],
    [`${cli} sandbox break shop/checkout crash-loop${flag}`, 'the policy crash-loop asks before it acts'],
    [`${cli} list --watch`, 'wait until it says AwaitingApproval'],
    [`${cli} approve checkout`, 'answer it'],
    [`${cli} follow checkout`, 'see the rest'],
  ];
}

/** What the banner tells of. */
interface Begun {
  sandbox: Pick<Sandbox, 'temporal' | 'kubernetes'>;
  product: Pick<Product, 'url'>;
  policies: string;
  name: string;
}

/** What runs where, and what to type next. */
export function banner({ sandbox, product, policies, name }: Begun): string {
  const steps = nextSteps(name);
  const width = Math.max(...steps.map(([line]) => line.length));
  return [
    '\nMendflow is ready for alerts.',
    `  API              ${product.url}/docs`,
    `  Temporal Web UI  ${sandbox.temporal.uiUrl}`,
    `  kubectl          --kubeconfig ${sandbox.kubernetes.adminKubeconfig} (three pods each of shop/checkout, shop/payments, shop/catalog)`,
    `  policies         ${policies} (read again at each change)`,
    '',
    'Type in another terminal, in this folder:',
    ...steps.map(([line, does]) => `  ${line.padEnd(width)}  # ${does}`),
    '',
    'Ctrl-C stops it.',
  ].join('\n');
}
