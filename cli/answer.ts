import { Command } from 'commander';
import type { RunView } from '../api/ports.ts';
import { commandFor } from '../domain/run/details.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { Question } from '../domain/run/status.ts';
import { targetLabel } from '../domain/target/target.ts';
import type { ApiClient } from './client.ts';
import { questionInWords } from './describe/answers.ts';
import { clientFor, type ServerOptions, withOutput, withServer } from './options.ts';
import { isDocumentFormat, printDocument } from './output/document.ts';
import { findRun, runArgument, runPath } from './run-reference.ts';
import type { Terminal } from './terminal.ts';

interface AnswerOptions extends ServerOptions {
  output?: string;
  note?: string;
  messageId?: string;
  digest?: string;
  yes?: boolean;
}

/** What the API answers to a message. */
interface Sent {
  run: string;
  who: string;
  answer: string;
  isEnough: boolean;
}

/** What a person has done whose message has its effect. */
const done: Readonly<Record<string, (who: string) => string>> = {
  approve: (who) => `Approved by ${who}`,
  reject: (who) => `Rejected by ${who}`,
  acknowledge: (who) => `Acknowledged by ${who}`,
  retry: (who) => `${who} asked to try again`,
  abort: (who) => `Aborted by ${who}`,
  'take-over': (who) => `Taken over by ${who}`,
};

const asksForDigest = (verb: string): verb is 'approve' | 'reject' => verb === 'approve' || verb === 'reject';

async function sendAnswer(terminal: Terminal, verb: string, reference: string, options: AnswerOptions): Promise<void> {
  const api = clientFor(terminal, options);
  const run = await findRun(api, reference);
  const digest = asksForDigest(verb) ? (options.digest ?? (await digestOf(terminal, api, { verb, run }, options))) : '';
  const body = {
    ...(options.messageId && { id: options.messageId }),
    ...(options.note && { note: options.note }),
    ...(digest && { digest }),
  };
  const sent = await api.post<Sent>(`${runPath(run)}/${verb}`, body);
  if (isDocumentFormat(options.output)) return printDocument(terminal, options.output, sent);
  const { run: id, who, answer, isEnough } = sent;
  const what = isEnough ? done[verb]?.(who) : undefined;
  terminal.print(what === undefined ? `${id}: ${answer} (by ${who})` : `${what}: ${id}`);
}

interface Answering {
  verb: 'approve' | 'reject';
  run: string;
}

/**
 * The digest of the question that the run asks now. A yes is given to what was seen: the person is shown the question
 * and asked, unless --yes. Throws INVALID_REQUEST where nobody can be asked, TOO_LATE where there is no question.
 */
async function digestOf(
  terminal: Terminal,
  api: ApiClient,
  { verb, run }: Answering,
  { yes }: AnswerOptions,
): Promise<string> {
  const { live } = await api.get<RunView>(runPath(run));
  const question = live?.question;
  if (question === undefined)
    throw new MendflowError('TOO_LATE', `${run} asks nothing now; mendflow describe shows it`);
  if (verb === 'approve' && yes !== true) {
    const target = live?.target === undefined ? run : targetLabel(live.target);
    await confirm(terminal, { run, target, question });
  }
  return question.digest;
}

async function confirm(
  terminal: Terminal,
  { run, target, question }: { run: string; target: string; question: Question },
): Promise<void> {
  if (!terminal.isInteractive) {
    const line = commandFor({ verb: 'approve', digest: question.digest }, run);
    throw new MendflowError(
      'INVALID_REQUEST',
      `name the question to approve:\n  ${line}\nor approve whatever it asks now with --yes`,
    );
  }
  terminal.say(target);
  for (const line of questionInWords(question, terminal.now())) terminal.say(line);
  const answer = await terminal.ask('Approve? [y/N] ');
  if (!/^y(es)?$/i.test(answer.trim())) throw new MendflowError('INVALID_REQUEST', 'nothing was sent');
}

/** `mendflow approve`, `reject`, `acknowledge`, `retry`, `abort`, `take-over`: a person's message to a run. */
export function answerCommand({ name: verb, summary }: { name: string; summary: string }, terminal: Terminal): Command {
  const command = new Command(verb)
    .description(summary)
    .argument('<run>', runArgument)
    .option('--note <text>', 'why; recorded with the answer')
    .option('--message-id <uuid>', 'id of the message: sent again under the same id, it counts once');
  if (asksForDigest(verb)) command.option('--digest <digest>', 'the question that is answered, as describe shows it');
  if (verb === 'approve') command.option('-y, --yes', 'approve what the run asks now, without asking back');
  return withServer(withOutput(command, ['json', 'yaml'])).action((reference: string, options: AnswerOptions) =>
    sendAnswer(terminal, verb, reference, options),
  );
}
