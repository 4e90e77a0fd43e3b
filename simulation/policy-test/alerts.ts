import { alertsOf } from '../../domain/alert/intake.ts';
import type { EventOf } from './format/events.ts';
import { type Place, placeInWords } from './format/fields.ts';
import { podAt, type Setup, workloadAt } from './setup.ts';

const isSame = (a: Place | undefined, b: Place) => a !== undefined && placeInWords(a) === placeInWords(b);

/** The alert fires: it is handed in as the intake would. */
export function fire(setup: Setup, event: EventOf<'alert'>, field: string): void {
  const { about, labels, annotations = {} } = event;
  const named = about === undefined ? {} : labelsFor(setup, about, field);
  const startsAt = new Date(setup.world.clock.nowMs).toISOString();
  const body = { labels: { alertname: event.alert, ...named, ...labels }, annotations, startsAt };
  deliver(setup, { ...body, status: 'firing' }, field);
  setup.fired.push({ event, body });
}

/** The alert that fired last under this name, and about the same, resolves. */
export function resolve(setup: Setup, { resolved, about }: EventOf<'resolved'>, field: string): void {
  const fired = setup.fired.findLast(
    ({ event }) => event.alert === resolved && (about === undefined || isSame(event.about, about)),
  );
  if (fired === undefined) {
    const actual = about === undefined ? 'it has not fired' : `it has not fired about ${placeInWords(about)}`;
    setup.wrong.push({ field, expected: `${resolved} fires already`, actual });
    return;
  }
  const endsAt = new Date(setup.world.clock.nowMs).toISOString();
  deliver(setup, { ...fired.body, status: 'resolved', endsAt }, field);
}

/** The labels by which a rule names the place. */
function labelsFor(setup: Setup, place: Place, field: string): Record<string, string> {
  const { namespace } = place;
  if (place.pod !== undefined) {
    const pod = podAt(setup, place, `${field}.about`)?.base.ref.name;
    return { namespace, ...(pod !== undefined && { pod }) };
  }
  const kind = workloadAt(setup, place).split('/')[1] ?? '';
  if (kind === 'Node') return { node: place.workload };
  return { namespace, [kind === 'Job' ? 'job_name' : kind.toLowerCase()]: place.workload };
}

/** Hands the alert in, unless the intake refuses it. */
function deliver(setup: Setup, body: object, field: string): void {
  const { world } = setup;
  const receivedAt = new Date(world.clock.nowMs).toISOString();
  const { alerts, rejected } = alertsOf({ alerts: [body] }, { cluster: world.clusterName, receivedAt });
  for (const alert of alerts) world.deliver(alert);
  for (const { field: label, reason } of rejected) {
    setup.wrong.push({ field, expected: 'an alert', actual: `the intake refuses it: ${label} is ${reason}` });
  }
}
