import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../telemetry/log.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void, level = 'info'): Record<string, unknown>[] {
  const lines: string[] = [];
  write(createLogger({ level, name: 'test' }, { write: (line) => void lines.push(line) }));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  it('writes one JSON line with the level’s name, RFC 3339 UTC time, name and message', () => {
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

  it('writes an error whose fields are no JSON, with its code', () => {
    const failure = Object.assign(new Error('14 UNAVAILABLE'), { code: 14, deadline: 5n, metadata: { secret: 's3' } });
    const [line] = logged((log) => log.warn({ err: new Error('guard', { cause: failure }) }, 'not read'));
    const [bare] = logged((log) => log.warn({ err: failure }, 'not read'));
    expect(line?.err).toMatchObject({ message: 'guard: 14 UNAVAILABLE' });
    expect(bare?.err).toEqual({ type: 'Error', message: '14 UNAVAILABLE', stack: expect.any(String), code: 14 });
  });

  it('holds no secret of a label, a message or an error, and no control character', () => {
    const lines = logged((log) => {
      log.warn(
        { alertname: 'Oom token=kirsche77', workflowId: 'remediation/prod/Oom/0123456789abcdef' },
        'a\u001b[31mb',
      );
      log.error({ err: new Error('GET http://ada:kirsche77@db/ failed') }, 'token=kirsche77 is \u202ewrong');
    });
    expect(JSON.stringify(lines)).not.toMatch(/kirsche77|\\u001b|\u202e/);
    expect(lines[0]).toMatchObject({ workflowId: 'remediation/prod/Oom/0123456789abcdef', msg: 'ab' });
  });

  it('writes nothing below its level', () => {
    expect(logged((log) => log.info('quiet'), 'warn')).toEqual([]);
  });
});
