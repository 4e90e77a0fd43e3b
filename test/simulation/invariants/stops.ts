import { workflowTypes } from '../../../domain/run/contract.ts';
import type { RunView } from '../../../simulation/world.ts';
import type { Ruling, Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { isOpenAt, minuteMs, wasDisturbed, wasEnded } from './runs-of.ts';

const isGrant = ({ decision, request }: Ruling) => decision.verdict.kind === 'grant' && request.isRehearsal !== true;
const keyOf = ({ request }: Ruling) => {
  const { namespace, kind, name } = request.target.workload;
  return `${namespace}/${kind}/${name}`;
};

/** G5: the breaker. Counted here from the requests alone, as the guard hears them. */
export const storm: Invariant = {
  name: 'G5',
  statement:
    'While too many workloads alert nothing is granted; afterwards one at a time, paced; people hear of it once.',
  broken: (trace) => tooManyAlert(trace) ?? openDoor(trace) ?? unpaced(trace) ?? commonCause(trace) ?? loud(trace),
};

function tooManyAlert({ rulings, limits }: Trace): string | undefined {
  const { workloads, withinMs } = limits.storm;
  const lastMs = new Map<string, number>();
  return firstOf(rulings, (ruling) => {
    const { node, isNodeSilent } = ruling.request.surroundings;
    // What is on a node that does not answer is that node’s trouble.
    lastMs.set(isNodeSilent ? `/Node/${node}` : keyOf(ruling), ruling.atMs);
    const alerting = [...lastMs.values()].filter((ms) => ms > ruling.atMs - withinMs).length;
    return isGrant(ruling) && alerting > workloads
      ? `grant at ${at(ruling.atMs)} while ${alerting} workloads alert`
      : undefined;
  });
}

function openDoor({ rulings }: Trace): string | undefined {
  return firstOf(rulings, (ruling) =>
    // A grant that was given before is given again to whoever did not hear it.
    isGrant(ruling) &&
    ruling.state.storm?.kind === 'open' &&
    ruling.decision.effects.some(({ type }) => type === 'leaseOpened') &&
    !ruling.decision.effects.some((effect) => effect.type === 'storm')
      ? `grant at ${at(ruling.atMs)} while the breaker is open`
      : undefined,
  );
}

function unpaced({ rulings, limits }: Trace): string | undefined {
  return firstOf(rulings, (ruling) => {
    if (!isGrant(ruling) || ruling.state.storm?.kind !== 'halfOpen') return undefined;
    if (ruling.decision.effects.some((effect) => effect.type === 'storm')) return undefined;
    const others = ruling.state.leases.filter(
      ({ requestId, expiresAtMs }) =>
        requestId !== ruling.request.requestId && requestId !== ruling.request.renews && expiresAtMs > ruling.atMs,
    );
    const lastMs = Math.max(...ruling.state.acts.map(({ atMs }) => atMs));
    const isTooSoon = others.length > 0 || ruling.atMs - lastMs < limits.storm.paceMs;
    return isTooSoon ? `grant at ${at(ruling.atMs)} in the half-open breaker` : undefined;
  });
}

const rememberedMs = 600_000;
const fewest = 4;
/** A trait that random alerts share less often than this is no chance. */
const noChance = 0.0005;

/** Most of the workloads that alert share what the target has, too. */
function commonCause({ rulings }: Trace): string | undefined {
  const latest = new Map<string, { atMs: number; traits: readonly string[]; shares: readonly number[] }>();
  return firstOf(rulings, (ruling) => {
    const { traits, shares = [] } = ruling.request.surroundings;
    latest.set(keyOf(ruling), { atMs: ruling.atMs, traits, shares });
    const alerting = [...latest.values()].filter((sighting) => sighting.atMs > ruling.atMs - rememberedMs);
    const shared = traits.find((trait) => {
      const sharing = alerting.filter((sighting) => sighting.traits.includes(trait));
      const count = sharing.length;
      // The largest share that any look counted: where even that makes it no chance, the rule must see it.
      const counted = sharing.flatMap((one) => one.shares[one.traits.indexOf(trait)] ?? []);
      // Where too few looks counted how common it is, nobody knows whether it is a chance.
      if (counted.length * 4 < count) return false;
      const share = Math.max(0.01, ...counted.map((one) => one / 100));
      const ways = choose(alerting.length, count);
      return count >= fewest && count * 4 >= alerting.length * 3 && share <= 0.5 && ways * share ** count < noChance;
    });
    return isGrant(ruling) && opensLease(ruling) && shared !== undefined
      ? `grant at ${at(ruling.atMs)} although most of what alerts shares ${shared}`
      : undefined;
  });
}

/** In how many ways so many can be taken from a total. */
const choose = (total: number, count: number) =>
  Array.from({ length: count }, (_, index) => (total - index) / (index + 1)).reduce(
    (product, part) => product * part,
    1,
  );

/** A grant that was given before is given again to whoever did not hear it. */
const opensLease = ({ decision }: Ruling) => decision.effects.some(({ type }) => type === 'leaseOpened');

function loud({ told }: Trace): string | undefined {
  const storms = told.filter(({ notification }) => notification.kind === 'storm');
  const words = new Set(storms.map(({ notification }) => `${notification.dedupKey} ${notification.summary}`));
  const perKey = new Map<string, number>();
  for (const word of words) {
    const [key = ''] = word.split(' ');
    perKey.set(key, (perKey.get(key) ?? 0) + 1);
  }
  return firstOf([...perKey], ([key, count]) => (count > 2 ? `${count} messages about storm ${key}` : undefined));
}

/** G16: what comes and goes is left alone. */
export const flapping: Invariant = {
  name: 'G16',
  statement: 'Nothing is granted to a workload that keeps changing between failing and healthy.',
  broken: ({ rulings }) =>
    firstOf(rulings, (ruling) => {
      const { changes, within } = ruling.request.settings.flapping;
      const recent = (times: readonly number[]) => times.filter((ms) => ms > ruling.atMs - within).length;
      const ofWorkload = ruling.state.changes.filter(({ workload }) => workload === keyOf(ruling));
      // The alert and the workload often change together: what both saw is not counted twice.
      const ofAlert = ruling.request.renews === undefined ? apart(ruling.request.changesMs) : [];
      const seen = Math.max(recent(ofAlert), recent(ofWorkload.map(({ atMs }) => atMs)));
      return isGrant(ruling) && opensLease(ruling) && seen >= changes
        ? `grant at ${at(ruling.atMs)} to ${keyOf(ruling)}, which changed ${seen} times`
        : undefined;
    }),
};

/** G17: what did not help twice does not help. */
export const sameFailure: Invariant = {
  name: 'G17',
  statement: 'After two acts against the very same failure there is no third one.',
  broken: ({ acts, resets }) =>
    firstOf(acts, ({ workload, atMs, grant }, index) => {
      const forgottenMs = Math.max(...resets.filter((reset) => reset.workload === workload).map((reset) => reset.atMs));
      const same = acts
        .slice(0, index)
        .filter(
          (act) =>
            act.workload === workload &&
            act.atMs > forgottenMs &&
            act.grant?.request.failure === grant?.request.failure,
        );
      return same.length >= 2
        ? `a third act against “${grant?.request.failure}” on ${workload} at ${at(atMs)}`
        : undefined;
    }),
};

/**
 * G19: people are asked once for each level. They are asked again after another try (a person's, or the run's own when a
 * freeze or a pause ended), and told when the alert was resolved and fires again.
 */
export const escalations: Invariant = {
  name: 'G19',
  statement:
    'One escalation for each episode and level, one speaker for a trouble of many runs, one conversation for a workload.',
  broken: (trace) => secondConversation(trace) ?? repeated(trace),
};

function repeated(trace: Trace): string | undefined {
  const asked = new Map<string, Map<number, Set<string>>>();
  const guards = new Set(trace.executions.filter(({ type }) => type === workflowTypes.guard).map(({ runId }) => runId));
  for (const { receiver, notification } of trace.told) {
    // The guard itself tells of several troubles, each under a key of its own.
    if (notification.kind !== 'escalation' || guards.has(notification.runId)) continue;
    const { runId, level, occurrence = 0 } = notification;
    const key = `${runId} ${level} ${receiver}`;
    const ofKey = asked.get(key) ?? new Map<number, Set<string>>();
    // The same message twice is one message that was delivered twice.
    ofKey.set(occurrence, (ofKey.get(occurrence) ?? new Set()).add(JSON.stringify(notification)));
    asked.set(key, ofKey);
  }
  return firstOf([...asked], ([key, occurrences]) => {
    const [runId = ''] = key.split(' ');
    if (firstOf([...occurrences.values()], ({ size }) => (size > 1 ? 'two' : undefined)) !== undefined)
      return `two different messages under one key of ${key}`;
    const allowed = 1 + occasions(trace, runId);
    return occurrences.size > allowed ? `${occurrences.size} different escalations of ${key}` : undefined;
  });
}

/**
 * Two runs page about one workload while both are open. A page that comes after its run has ended was owed to a receiver that
 * was away (L6), and the end follows it. A run that finds no guard asks for itself: nobody says whether another one does.
 */
function secondConversation(trace: Trace): string | undefined {
  const pages = trace.told.filter(({ notification }) => notification.kind === 'escalation' && notification.level === 0);
  const runOf = ({ notification }: (typeof pages)[number]) =>
    trace.runs.find(({ runId }) => runId === notification.runId);
  return firstOf(pages, (page, index) => {
    const { atMs, notification } = page;
    const workload = workloadIn(notification);
    const asking = runOf(page);
    if (workload === undefined || asking === undefined) return undefined;
    if (!isOpenAt(asking, atMs) || metNoGuard(trace, asking)) return undefined;
    const earlier = pages.slice(0, index).find((other) => {
      const run = runOf(other);
      if (run === undefined || other.notification.runId === notification.runId) return false;
      if (workloadIn(other.notification) !== workload || metNoGuard(trace, run)) return false;
      return isOpenAt(run, atMs) && !wasEnded(trace, run);
    });
    if (earlier === undefined || wasDisturbed(trace, earlier.atMs - 5 * minuteMs, atMs)) return undefined;
    return `${notification.workflowId} asks at ${at(atMs)} about ${workload}, as ${earlier.notification.workflowId} does since ${at(earlier.atMs)}`;
  });
}

/** The run asked who speaks while the guard, which somebody had terminated, was not there again. */
const metNoGuard = ({ guardEnds }: Trace, { status }: RunView): boolean =>
  status.timeline.some(
    (line) =>
      line.what.startsWith('the guard does not say which run asks a person') &&
      guardEnds.some(({ atMs, after }) => {
        const lineMs = Date.parse(line.at);
        return atMs <= lineMs && lineMs <= (after?.atMs ?? Number.POSITIVE_INFINITY);
      }),
  );

function workloadIn({ report }: Trace['told'][number]['notification']): string | undefined {
  const workload = report?.target?.workload;
  return workload && `${workload.namespace}/${workload.kind}/${workload.name}`;
}

/** How often there was something new to tell the same people. */
function occasions({ said, runs }: Trace, runId: string): number {
  const retries = said.filter(
    (word) => word.runId === runId && word.verb === 'retry' && word.answer.startsWith('retry is taken'),
  );
  const { timeline = [] } = runs.find((run) => run.runId === runId)?.status ?? {};
  const news = timeline.filter(({ what }) => /^(the alert fires again|the reason may be over)/.test(what));
  return retries.length + news.reduce((sum, { times = 1 }) => sum + times, 0);
}

/** Changes of the alert within half a minute of the one before are one delivery twice, or out of order. */
function apart(changesMs: readonly number[]): number[] {
  const kept: number[] = [];
  for (const atMs of changesMs) if (atMs - (kept.at(-1) ?? Number.NEGATIVE_INFINITY) >= 30_000) kept.push(atMs);
  return kept;
}
