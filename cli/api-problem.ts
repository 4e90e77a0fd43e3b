import { type ErrorCode, errors, MendflowError } from '../domain/run/errors.ts';

/** What a problem document tells the command line; every field may be missing in an answer that is not ours. */
export interface ProblemDocument {
  code?: string;
  detail?: string;
  fix?: string;
}

/** An answer of the api that is a refusal: what was wrong, where it was asked, what to do. */
export class ApiProblem extends MendflowError {
  /** `POST http://…/v1/guard/pause`. */
  readonly where: string;
  readonly fix: string;

  constructor(where: string, status: number, document: ProblemDocument) {
    const code = document.code ?? '';
    const known = code in errors ? (code as ErrorCode) : 'INTERNAL';
    super(known, document.detail ?? `the answer is ${status} without a reason`);
    this.where = where;
    this.fix = document.fix ?? errors[known].fix;
  }
}

/** The error as lines for stderr: what it is in one line, then where, and what to do. */
export function problemInWords(error: MendflowError): string[] {
  const { code, message } = error;
  if (!(error instanceof ApiProblem)) return `error: ${message}`.split('\n');
  return [`error: ${message} (${code})`, `  where: ${error.where}`, `  fix:   ${error.fix}`];
}
