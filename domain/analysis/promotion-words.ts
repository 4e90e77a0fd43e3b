import { formatDuration } from '../text/duration.ts';
import type { Promotion, Tally } from './promotion.ts';

/** What the figures mean for people, one sentence a line: what was, then what a promotion would mean. */
export function promotionInWords(promotion: Promotion): string[] {
  return [...summary(promotion), ...stillOpen(promotion), ...hints(promotion)];
}

const spanOf = ({ since, until }: Promotion) => Date.parse(until) - Date.parse(since);

function summary(promotion: Promotion): string[] {
  const { policy, runs, wouldHave, acted, idle, isCapped, mode } = promotion;
  const start = `In ${formatDuration(spanOf(promotion))} ${policy}${mode === undefined ? '' : ` (${mode} in its latest run)`}`;
  if (runs === 0) return [`${start} drove no run that has ended.`];
  const sentences = [
    ...(wouldHave.acted + wouldHave.held + wouldHave.denied > 0 ? [wouldHaveDone(promotion)] : []),
    ...(acted.runs > 0 ? [`acted in ${times(acted.runs, 'run')}${listed(acted.workloads)}: ${done(acted)}`] : []),
    ...(idle.length > 0 ? [`left ${times(total(idle), 'run')} alone: ${inWords(idle)}`] : []),
  ];
  return [
    ...(isCapped ? [`Only its latest ${runs} runs were read.`] : []),
    ...sentences.map((sentence, index) => `${index === 0 ? start : 'It'} ${sentence}.`),
  ];
}

function stillOpen({ escalated }: Promotion): string[] {
  const count = total(escalated);
  if (count === 0) return [];
  const [open, then] =
    count === 1
      ? ['1 run is escalated and waits', 'It counts once it has ended']
      : [`${count} runs are escalated and wait`, 'They count once they have ended'];
  return [`${open} for a person: ${inWords(escalated)}. ${then}.`];
}

const total = (tally: Tally) => tally.reduce((sum, { count }) => sum + count, 0);

function wouldHaveDone({ wouldHave }: Promotion): string {
  const { acted, held, denied, workloads, actions, refusals } = wouldHave;
  const because = (verdict: 'hold' | 'deny') =>
    refusals
      .flatMap((refusal) => (refusal.verdict === verdict ? [`${refusal.reason} (${refusal.count})`] : []))
      .join(', ');
  return [
    acted === 0
      ? 'would not have acted'
      : `would have acted ${times(acted)}${listed(workloads)}, by ${inWords(actions)}`,
    ...(denied === 0 ? [] : [`been refused ${times(denied)}, because of ${because('deny')}`]),
    ...(held === 0 ? [] : [`been held ${times(held)}, because of ${because('hold')}`]),
  ].join('; ');
}

function done({ runs, healed, actions }: Promotion['acted']): string {
  return `${inWords(actions)}; ${healed} of ${runs} (${percent(healed, runs)}) ended healthy by it`;
}

/** Fewer say little about what comes. */
const telling = 5;

function hints(promotion: Promotion): string[] {
  const { wouldHave, acted, runs, escalated } = promotion;
  if (runs === 0 && escalated.length > 0) return [];
  if (runs === 0) return ['There is nothing to judge it by: leave it as it is, and look whether its matchers fit.'];
  const observed = wouldHave.acted + wouldHave.held + wouldHave.denied;
  return [
    ...(wouldHave.acted + wouldHave.held > 0 ? forObserved(promotion) : []),
    ...(wouldHave.held + wouldHave.denied > observed / 3
      ? ['The guard objects to more than a third of its steps: look at those reasons before you promote it.']
      : []),
    ...(acted.runs > 0 ? forActed(promotion) : []),
    ...(observed + acted.runs < telling ? [`So few runs say little: wait for ${telling} at least.`] : []),
  ];
}

/** A run that was held waits in these modes, and may be granted later. */
function forObserved(promotion: Promotion): string[] {
  const { acted, held } = promotion.wouldHave;
  const most = times(acted + held, 'run');
  const every = formatDuration(spanOf(promotion) / (acted + held));
  return [
    `In Approve it would have asked a person in at most ${most}, about once in ${every}.`,
    `In Auto it would have acted in at most ${most} without asking.`,
    'Real acts may be fewer: an act starts a cooldown, and a run that only observes starts none.',
    `To know how many, set the mode in the policy’s file and play these runs with it: mendflow backtest <path> --since ${promotion.since}`,
  ];
}

function forActed({ acted: { runs, healed }, mode }: Promotion): string[] {
  if (healed * 5 < runs * 4)
    return ['More than one act in five did not heal: do not promote it before it is known why.'];
  return mode === 'Approve' ? ['In Auto nobody would have been asked.'] : [];
}

const percent = (part: number, total: number) => `${Math.round((part * 100) / total)} %`;
const shown = 5;

function inWords(tally: Tally): string {
  const more = tally.length > shown ? ` and ${tally.length - shown} more` : '';
  return `${tally
    .slice(0, shown)
    .map(({ name, count }) => `${name} (${count})`)
    .join(', ')}${more}`;
}

const listed = (workloads: Tally) => (workloads.length === 0 ? '' : ` on ${inWords(workloads)}`);

const timeWords: Record<number, string> = { 1: 'once', 2: 'twice' };

/** `once`, `9 times`; of something: `1 run`, `9 runs`. */
function times(count: number, what?: string): string {
  if (what !== undefined) return `${count} ${what}${count === 1 ? '' : 's'}`;
  return timeWords[count] ?? `${count} times`;
}
