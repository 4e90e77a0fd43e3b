import { errors } from '../../domain/run/errors.ts';
import { page } from './markdown.ts';

const section = ([code, { title, fix, http, retry }]: [string, (typeof errors)[keyof typeof errors]]): string =>
  `## ${code}\n\n${title}.\n\n- HTTP status: ${http}\n- The same call may succeed later: ${retry ? 'yes' : 'no'}\n- What to do: ${fix}`;

/** docs/reference/errors.md: one heading per code, so that a problem's code is also a link. */
export const errorsPage = (): string =>
  page(
    'Errors',
    'domain/run/errors.ts',
    'The code is the same in the API’s problem+json (`code`), as type of a Temporal failure and as label in metrics.',
    ...Object.entries(errors).map(section),
  );
