import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Client } from '@temporalio/client';
import type { RunFilter } from '../../api/ports.ts';
import { createRunList } from '../../api/temporal/run-list.ts';

const token = Buffer.from('a token of Temporal');

/** A Temporal with a next page for ever, which notes the tokens it is given. */
function listWith(secret: string) {
  const asked: (Buffer | undefined)[] = [];
  const workflowService = {
    async listWorkflowExecutions({ nextPageToken }: { nextPageToken?: Buffer }) {
      asked.push(nextPageToken);
      return { executions: [], nextPageToken: token };
    },
  };
  const client = {
    workflowService,
    options: { namespace: 'n' },
    withDeadline: (_: number, work: () => unknown) => work(),
  };
  return { asked, list: createRunList(client as unknown as Client, () => 0, secret) };
}

const filter: RunFilter = { limit: 10, policy: 'a', since: '2026-03-01T00:00:00Z' };
const refused = { code: 'INVALID_REQUEST', message: 'querystring.cursor: is not a nextCursor of this list' };

describe('the cursor of a list', () => {
  it('leads to the next page, at another process with the same secret too', async () => {
    const { nextCursor: cursor } = await listWith('s').list(filter);
    const other = listWith('s');
    await other.list({ ...filter, cursor, limit: 20, since: '2026-03-01T00:00:01Z' });
    expect(other.asked).toEqual([token]);
  });

  it.each([
    ['of nowhere', Buffer.from('nowhere').toString('base64url')],
    ['that is empty', ''],
    ['with the mark that anybody can compute', forged()],
  ])('%s is a fault of the request', async (_what, cursor) => {
    await expect(listWith('s').list({ ...filter, cursor })).rejects.toMatchObject(refused);
  });

  it('of another list, or signed with another secret, is a fault of the request', async () => {
    const { nextCursor: cursor } = await listWith('s').list(filter);
    await expect(listWith('s').list({ ...filter, policy: 'b', cursor })).rejects.toMatchObject(refused);
    await expect(listWith('t').list({ ...filter, cursor })).rejects.toMatchObject(refused);
    const bytes = Buffer.from(cursor ?? '', 'base64url');
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await expect(listWith('s').list({ ...filter, cursor: bytes.toString('base64url') })).rejects.toMatchObject(refused);
  });
});

/** As cursors were made without a secret. */
function forged(): string {
  const mark = createHash('sha256')
    .update(JSON.stringify([['policy', 'a']]))
    .digest()
    .subarray(0, 8);
  return Buffer.concat([mark, Buffer.from('rubbish')]).toString('base64url');
}
