import { workloadKey } from '../target/target.ts';
import { formatDuration } from '../text/duration.ts';
import { markdownCode, markdownText, plainLine, shellWord } from '../text/plain-text.ts';
import { type Answer, answersTo } from './answers.ts';
import { resultInWords } from './outcome.ts';
import type { RunStatus } from './status.ts';
import { lineInWords } from './timeline.ts';

/**
 * The run as markdown for Temporal's Web UI: target, ladder, what it waits for and how to answer, timeline. Names, labels
 * and words of people come from outside: they stand in it as text or as code, never as markdown of their own.
 */
export function renderDetails(status: RunStatus, { workflowId }: { workflowId: string }): string {
  return [
    heading(status),
    waiting(status),
    question(status, workflowId),
    ladder(status),
    verdicts(status),
    timeline(status),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function heading(status: RunStatus): string {
  const facts = [
    `**Phase** ${status.phase}`,
    ...(status.target === undefined ? [] : [`**Target** ${markdownCode(workloadKey(status.target))}`]),
    ...(status.policy === undefined ? [] : [`**Policy** ${markdownCode(status.policy)}${inMode(status)}`]),
  ];
  return [`### ${markdownText(status.summary)}`, facts.join(' · '), ...notTold(status)].join('\n');
}

const notTold = ({ undelivered = [] }: RunStatus) =>
  undelivered.map(({ receiver, why }) => `**Not told** ${markdownCode(receiver)}: ${markdownText(why)}`);

const inMode = ({ mode }: RunStatus) => (mode === undefined ? '' : ` (${markdownText(mode)})`);

function waiting(status: RunStatus): string {
  if (status.phase === 'Closed') return '';
  const until = status.nextTimerAt === undefined ? '' : `, at most until ${markdownText(status.nextTimerAt)}`;
  return `**Waits for** ${markdownText(status.waitingFor)}${until}`;
}

function question(status: RunStatus, workflowId: string): string {
  const commands = ['```sh', ...answerCommands(status, workflowId).map(plainLine), '```'].join('\n');
  if (status.question !== undefined) {
    const { action, params, expiresAt } = status.question;
    return [
      `#### Approve ${markdownText(action)}?`,
      `It would run ${markdownCode(action)} with ${markdownCode(JSON.stringify(params))}. No answer until ${expiresAt} counts as rejected.`,
      commands,
    ].join('\n\n');
  }
  if (status.phase !== 'Escalated') return '';
  return `#### A person is asked\n\n${commands}`;
}

/** The command that gives this answer to the run, ready to be pasted. */
export const commandFor = ({ verb, digest }: Answer, id: string): string =>
  ['mendflow', verb, shellWord(id), ...(digest === undefined ? [] : ['--digest', digest])].join(' ');

/**
 * The commands by which a person answers the run; none once it has ended. They name no digest: the command shows the
 * question that is open and asks.
 */
export const answerCommands = (
  status: Pick<RunStatus, 'question' | 'phase' | 'acknowledgedBy'>,
  id: string,
): string[] => answersTo(status).map(({ verb }) => commandFor({ verb }, id));

function ladder(status: RunStatus): string {
  if (status.ladder.length === 0) return '';
  const rows = status.ladder.map((step, index) => {
    const isCurrent = index === status.currentStep && status.phase !== 'Closed';
    const taken = status.steps.findLast((record) => record.action === step.action);
    const state = isCurrent ? `▶ ${status.phase}` : taken === undefined ? '' : resultInWords(taken);
    const person = step.approval === 'Required' ? ', a person must approve' : '';
    return `| ${index + 1} | ${markdownText(step.action)} | healthy within ${formatDuration(step.withinMs)}${person} | ${state} |`;
  });
  return ['| # | step | rule | state |', '|---|---|---|---|', ...rows].join('\n');
}

function verdicts(status: RunStatus): string {
  const last = status.verdicts.at(-1);
  if (last === undefined) return '';
  const reason = last.reason === undefined ? '' : ` ${markdownCode(last.reason)}`;
  return `**Guard** ${last.verdict}${reason}${last.detail === undefined ? '' : `: ${markdownText(last.detail)}`}`;
}

function timeline(status: RunStatus): string {
  const shown = status.timeline.slice(-20);
  const earlier = status.timeline.length - shown.length;
  const rows = shown.map((entry) => {
    const reason = entry.reason === undefined ? '' : ` ${markdownCode(entry.reason)}`;
    return `- ${entry.at.slice(11, 23)} ${markdownText(lineInWords(entry))}${reason}`;
  });
  return ['#### Timeline (UTC)', ...(earlier > 0 ? [`- … ${earlier} earlier`] : []), ...rows].join('\n');
}
