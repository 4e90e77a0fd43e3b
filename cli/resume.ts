import { Command } from 'commander';
import type { GuardDocument } from '../api/schemas/guard.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { clientFor, type ServerOptions, withOutput, withServer } from './options.ts';
import { isDocumentFormat, printDocument } from './output/document.ts';
import type { Terminal } from './terminal.ts';

interface ResumeOptions extends ServerOptions {
  output?: string;
  all?: boolean;
  why?: string;
}

async function resume(terminal: Terminal, given: string | undefined, options: ResumeOptions): Promise<void> {
  if ((given === undefined) === (options.all !== true)) {
    throw new MendflowError(
      'INVALID_REQUEST',
      'name the pause to lift, or pass --all; mendflow guard lists the pauses',
    );
  }
  const api = clientFor(terminal, options);
  const before = await api.get<GuardDocument>('/v1/guard');
  const id = given === undefined ? undefined : wholeId(before, given);
  const body = { ...(id && { id }), ...(options.why && { why: options.why }) };
  const guard = await api.post<GuardDocument>('/v1/guard/resume', body);
  if (isDocumentFormat(options.output)) return printDocument(terminal, options.output, guard);
  const left = guard.pauses ?? [];
  const lifted = options.all ? 'all pauses are lifted' : 'the pause is lifted';
  const note = guard.note ? `; ${guard.note}` : '';
  if (guard.isPaused === undefined) terminal.print(`${guard.cluster}: ${lifted}${note}`);
  else if (left.length === 0)
    terminal.print(before.isPaused === false ? 'Nothing was paused.' : `${guard.cluster} is no longer paused`);
  else {
    terminal.print(`${guard.cluster} is still paused:`);
    for (const pause of left) terminal.print(`  ${pause.id}  ${pause.who}: ${pause.why}`);
  }
}

/** The id that begins so; what the guard does not list is sent as it is, for the api to judge. */
function wholeId({ pauses = [] }: GuardDocument, given: string): string {
  const fitting = pauses.map(({ id }) => id).filter((id) => id.startsWith(given));
  if (fitting.length > 1 && !fitting.includes(given)) {
    throw new MendflowError('INVALID_REQUEST', `${given} matches several pauses: ${fitting.join(', ')}`);
  }
  return fitting.length === 1 ? (fitting[0] ?? given) : given;
}

/** `mendflow resume`: lifts one pause or all; acts go on when none is left. */
export function resumeCommand(terminal: Terminal): Command {
  const command = new Command('resume')
    .description('Lift one pause, or all; acts go on when none is left')
    .argument('[pause]', 'id of the pause, or how it begins')
    .option('--all', 'lift every pause')
    .option('--why <text>', 'for the record');
  return withServer(withOutput(command, ['json', 'yaml'])).action((id: string | undefined, options: ResumeOptions) =>
    resume(terminal, id, options),
  );
}
