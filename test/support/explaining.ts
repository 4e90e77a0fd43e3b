import type { ExplainPort, RecordFilter, RecordsPort } from '../../api/ports.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { Explanation } from '../../domain/analysis/explain.ts';
import { rules } from '../../domain/guard/rules/index.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { anAlert } from './builders.ts';
import { aLiveLook } from './looks.ts';

/** An explanation in which no guard objects unless `guards` says else. */
export function anExplanation(given: Partial<Explanation> = {}): Explanation {
  const asked = { guards: given.guards ?? rules.map(({ name }) => ({ guard: name })) };
  const look = aLiveLook();
  return { ...look, ...asked, would: 'It would evictPod on shop/checkout-1.', ...given };
}

/** Explains whatever it is asked in the same way, and keeps the alerts. */
export class FakeExplain implements ExplainPort {
  explanation: Explanation | MendflowError = anExplanation();
  readonly alerts: Alert[] = [];

  async explain(alert: Alert) {
    this.alerts.push(alert);
    if (this.explanation instanceof MendflowError) throw this.explanation;
    return this.explanation;
  }

  async alertOf(id: string) {
    if (!id.endsWith('/a1b2c3d4')) throw new MendflowError('NOT_FOUND', `There is no run ${id}.`);
    return anAlert();
  }
}

/** Records in memory; a cursor is the number of those that were read. */
export class FakeRecords implements RecordsPort {
  records: RunRecord[] = [];
  readonly filters: RecordFilter[] = [];
  /** Days for which ended runs are kept. */
  keptDays = 90;

  retention = async () => ({ namespace: 'mendflow', keptMs: this.keptDays * 86_400_000 });

  page = async (filter: RecordFilter) => {
    this.filters.push(filter);
    const { policy, limit, cursor = '0' } = filter;
    const fitting = this.records.filter((record) => policy === undefined || record.policy === policy);
    const end = Number(cursor) + limit;
    const records = fitting.slice(Number(cursor), end);
    return { records, ...(end < fitting.length && { nextCursor: String(end) }) };
  };
}
