import { elapsed } from '../../sandbox/progress.ts';
import { table } from '../table.ts';
import { isKept, type Standing, targets } from './findings.ts';

const word = (isMet: boolean) => (isMet ? 'met' : 'missed');
const moment = (ms: number | undefined) => (ms === undefined ? '–' : elapsed(ms));

/** The table that people read. */
export function printed(standings: readonly Standing[]): string {
  const [kubelet] = standings;
  const most = (kubelet?.perHour ?? Number.NaN) + targets.moreThanKubelet;
  const { rate, page } = isKept(standings);
  return [
    table(
      ['', 'restarts/h', 'restarts', 'starts', 'acts', 'first act', 'a person told', 'at failure', 'webhooks failed'],
      standings.map(({ contender, perHour, restarts, starts, acts, firstActMs, paged, failedWebhooks }) => [
        ...[contender, perHour, restarts, starts, acts, moment(firstActMs), moment(paged?.atMs)],
        ...[paged?.failure ?? '–', failedWebhooks],
      ]),
    ),
    '',
    `target: mendflow ≤ kubelet alone + ${targets.moreThanKubelet} = ${most.toFixed(1)} restarts/h ${word(rate)}`,
    `target: a person is told by failure ${targets.pagedByFailure} ${word(page)}`,
  ].join('\n');
}
