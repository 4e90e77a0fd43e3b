import type { HumanMessageName } from '../../domain/run/contract.ts';
import { takenAnswer } from '../../domain/run/messages.ts';
import { workloadKey } from '../../domain/target/target.ts';
import type { RunView } from '../world.ts';
import type { EventOf } from './format/events.ts';
import { type Setup, workloadAt } from './setup.ts';

type Answer = EventOf<HumanMessageName>;

/** What the answer is an answer to: a question about an action, or the run of an alert. */
function askedOf(event: Answer): { alert?: string | undefined; action?: string } {
  switch (event.kind) {
    case 'approve':
      return { alert: event.alert, action: event.approve };
    case 'reject':
      return { alert: event.alert, action: event.reject };
    case 'acknowledge':
      return { alert: event.acknowledge };
    case 'retry':
      return { alert: event.retry };
    case 'abort':
      return { alert: event.abort };
    case 'takeOver':
      return { alert: event.takeOver };
    default:
      return event satisfies never;
  }
}

/** A person answers the one run that is meant; what the run says to that is waited for as time goes on. */
export function speak(setup: Setup, event: Answer, field: string): void {
  const { world, wrong } = setup;
  const running = world.runs().filter(({ closedAtMs }) => closedAtMs === undefined);
  const meant = running.filter((run) => isMeant(setup, event, run));
  const [run, another] = meant;
  if (run === undefined || another !== undefined) {
    const expected = `one run for ${event.kind}`;
    const actual = another === undefined ? whyNone(running) : `${meant.length}; tell them apart by alert and about`;
    wrong.push({ field, expected, actual });
    return;
  }
  const { kind, who, note, refused } = event;
  const digest = run.status.question?.digest;
  const message = { who, ...(note && { note }), ...(digest && { digest }) };
  const pending = { field, expected: refused ?? takenAnswer(kind), actual: 'no answer before the test ends' };
  setup.pending.add(pending);
  void world.say(run.workflowId, kind, message).then((said) => {
    setup.pending.delete(pending);
    const isRight = refused === undefined ? said.startsWith(`${kind} `) : said.includes(refused);
    if (!isRight) wrong.push({ ...pending, actual: said });
  });
}

function isMeant(setup: Setup, event: Answer, { alert, status }: RunView): boolean {
  const { action, ...asked } = askedOf(event);
  if (asked.alert !== undefined && asked.alert !== alert.alertname) return false;
  if (action !== undefined && event.refused === undefined && status.question?.action !== action) return false;
  if (event.about === undefined) return true;
  return status.target !== undefined && workloadKey(status.target) === workloadAt(setup, event.about);
}

function whyNone(running: readonly RunView[]): string {
  if (running.length === 0) return 'no run is there any more, or yet';
  return running.map(({ alert, status }) => `the run of ${alert.alertname} waits for ${status.waitingFor}`).join('; ');
}
