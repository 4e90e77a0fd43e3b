import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../telemetry/log.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void, level = 'info'): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger({ level, name: 'test' }, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('writes one JSON line with level as a word, RFC 3339 UTC time, name and message', () => {
    const [line] = logged((log) => log.info({ workflowId: 'w' }, 'started'));
    expect(line).toMatchObject({ level: 'info', name: 'test', workflowId: 'w', msg: 'started' });
    expect(line?.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it('hides values under secret keys, however deep they lie', () => {
    const lines = logged((log) =>
      log.warn({ token: 's3', req: { headers: { authorization: 's3' } }, config: { api: { tokens: ['s3'] } } }, 'x'),
    );
    expect(JSON.stringify(lines)).not.toContain('s3');
    expect(JSON.stringify(lines)).toContain('(hidden)');
  });

  it('writes an error with its type, message and stack', () => {
    const [line] = logged((log) => log.error({ err: new TypeError('broken') }, 'failed'));
    expect(line?.err).toMatchObject({ type: 'TypeError', message: 'broken', stack: expect.stringContaining('broken') });
  });

  it('writes nothing below its level', () => {
    expect(logged((log) => log.info('quiet'), 'warn')).toEqual([]);
  });
});
