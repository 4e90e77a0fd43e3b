import { reasons } from '../../domain/run/reasons.ts';
import { code, page, table } from './markdown.ts';

/** docs/reference/reasons.md: why Mendflow refuses, waits or hands over. */
export const reasonsPage = (): string =>
  page(
    'Reasons',
    'domain/run/reasons.ts',
    'Why Mendflow did not act, waits, or hands over. The same word is in the Web UI (search attribute `Reason`), the API, metrics, events and messages.',
    table(
      ['reason', 'meaning'],
      Object.entries(reasons).map(([reason, meaning]) => [code(reason), meaning]),
    ),
  );
