import type { Agent } from 'undici';
import { firing, type SentAlert, webhookOf } from '../alerts.ts';
import type { Bed } from '../bed.ts';
import { startInlineBot } from '../inline-bot.ts';
import { productWebhook, webhook } from '../webhook.ts';
import { createAlerts, type Notice } from './alerts.ts';
import { namespaces } from './contenders.ts';

/** The rule and the route of one namespace. Times are of the clock that it is told. */
export interface Sender {
  namespace: string;
  step(nowMs: number, waiting: readonly string[]): void;
  failures(): number;
}

/** Alerts go to Mendflow for its namespace, to the inline bot for the bot's, and to nobody for the third. */
export async function openSenders(bed: Bed, agent: Agent): Promise<Sender[]> {
  const bot = await startInlineBot(bed.sandbox);
  const [, mendflow, inline] = namespaces;
  return [openSender(mendflow, productWebhook(bed.product, agent)), openSender(inline, webhook(bot, '', agent))];
}

function openSender(namespace = '', post: ReturnType<typeof webhook>): Sender {
  const alerts = createAlerts();
  let failures = 0;
  const fail = () => {
    failures += 1;
  };
  return {
    namespace,
    failures: () => failures,
    step(nowMs, waiting) {
      const notice = alerts.step(nowMs, waiting);
      if (notice === undefined) return;
      post(webhookOf({ namespace, deployment: 'app' }, alertsOf(notice, namespace))).then(
        ({ status }) => status >= 300 && fail(),
        fail,
      );
    },
  };
}

function alertsOf({ firing: pods, resolved }: Notice, namespace: string): SentAlert[] {
  const nowMs = Date.now();
  const alert = (pod: string) => firing({ alertname: 'PodCrashLooping', namespace, pod, severity: 'critical' }, nowMs);
  const ended = { status: 'resolved', endsAt: new Date(nowMs).toISOString() } as const;
  return [...pods.map(alert), ...resolved.map((pod) => ({ ...alert(pod), ...ended }))];
}
