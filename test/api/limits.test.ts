import { type AddressInfo, connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import type { ApiLimits } from '../../api/ports.ts';
import { eventually } from '../../sandbox/process.ts';
import { anAlertItem, anApp, asAlertmanager, aWebhook, FakeIntake, intakeToken, nowMs } from '../support/api.ts';
import { until } from '../support/product/until.ts';

let app: FastifyInstance | undefined;
afterEach(() => app?.close());

async function listening(limits: Partial<ApiLimits>, intake = new FakeIntake()): Promise<number> {
  app = await anApp({ limits, intake });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return (app.server.address() as AddressInfo).port;
}

/** Writes to a connection and gives everything that came back when the other side closed it. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => {
      received += part;
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
  });
}

const connectionsOf = (server: FastifyInstance['server']) =>
  new Promise<number>((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

const head = (more: string) =>
  `POST /v1/alerts HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${intakeToken}\r\nContent-Type: application/json\r\n${more}`;

/** Sends a delivery and goes away while its alert is handed over; gives what lets that go on. */
async function goesWhileHandedOver(port: number, intake: FakeIntake): Promise<() => void> {
  let open = () => {};
  intake.gate = new Promise((resolve) => {
    open = resolve;
  });
  const body = JSON.stringify(aWebhook());
  const socket = connect(port, '127.0.0.1', () => socket.write(head(`Content-Length: ${body.length}\r\n\r\n${body}`)));
  await until('it is handed over', async () => intake.inFlight === 1, 4_000);
  socket.destroy();
  return open;
}

const quick = { headersTimeoutMs: 200, requestTimeoutMs: 300, connectionsCheckingIntervalMs: 50 };

describe('a slow sender', () => {
  it.each([
    ['anything, not even a first byte', ''],
    ['headers', head('')],
    ['a body', head('Content-Length: 500\r\n\r\n{"alerts":[')],
  ])('that never finishes %s is cut off with a problem document', async (_what, text) => {
    const received = await exchange(await listening(quick), text);
    expect(received).toContain('408 Request Timeout');
    expect(received).toContain('application/problem+json');
  });

  it('that is quick enough is served', async () => {
    const body = JSON.stringify(aWebhook());
    const received = await exchange(
      await listening(quick),
      head(`Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    expect(received).toContain('202 Accepted');
  });
});

describe('what is not HTTP', () => {
  it('is answered 400 and closed', async () => {
    expect(await exchange(await listening(quick), 'hello\r\n\r\n')).toContain('400 Bad Request');
  });
});

describe('a refused token', () => {
  it('closes the connection, so that the body need not be read', async () => {
    const port = await listening({});
    const received = await exchange(port, head('Content-Length: 500000\r\n\r\n').replace(intakeToken, 'x'.repeat(20)));
    expect(received).toContain('401 Unauthorized');
  });
});

describe('a body', () => {
  const send = (payload: string, contentType = 'application/json') =>
    app?.inject({
      method: 'POST',
      url: '/v1/alerts',
      headers: { ...asAlertmanager, 'content-type': contentType },
      payload,
    });

  it('beyond the limit is answered 413, and just within it is read', async () => {
    app = await anApp({ limits: { bodyLimitBytes: 1_000 } });
    const padded = (length: number) =>
      JSON.stringify(aWebhook([], { pad: '' })).replace('"pad":""', `"pad":"${'x'.repeat(length)}"`);
    const room = 1_000 - padded(0).length;
    expect((await send(padded(room)))?.statusCode).toBe(202);
    expect((await send(padded(room + 1)))?.json()).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/xml',
    'application/jsonp',
    'application/json5',
  ])('of type %s is answered 415', async (contentType) => {
    app = await anApp();
    const answer = await send(JSON.stringify(aWebhook()), contentType);
    expect(answer?.json()).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
  });

  it('with a charset in its type is read', async () => {
    app = await anApp();
    expect((await send(JSON.stringify(aWebhook()), 'application/json; charset=utf-8'))?.statusCode).toBe(202);
  });
});

describe('bodies beyond the budget of all', () => {
  const budget = { bodyLimitBytes: 4_000, bodyBudgetBytes: 6_000, bodyBudgetValues: 100_000, maxBodyValues: 50_000 };
  const chunked = (text: string) =>
    head(`Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`);
  const whole = (text: string) => head(`Connection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
  const bodyOf = (length: number) => `{"alerts":[],"pad":"${'x'.repeat(length - 22)}"}`;

  /** Leaves a body of 4,000 bytes half sent. */
  const begin = async (port: number) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(head('Content-Length: 4000\r\n\r\n{"alerts":[')));
    await eventually(async () => (await exchange(port, whole(bodyOf(3_000)))).includes('503'), 5_000);
    return socket;
  };

  it.each([
    ['of a known length', whole],
    ['in chunks', chunked],
  ])('%s are answered 503 with Retry-After, and taken when the others are through', async (_what, send) => {
    const port = await listening(budget);
    const socket = await begin(port);
    expect(await exchange(port, send(bodyOf(3_000)))).toMatch(
      /503 Service Unavailable[\s\S]*retry-after: 1[\s\S]*OVERLOADED/,
    );
    expect(await exchange(port, send(bodyOf(1_500)))).toContain('202 Accepted');
    socket.destroy();
    expect(await eventually(async () => (await exchange(port, send(bodyOf(3_000)))).includes('202'), 5_000)).toBe(true);
  });

  it.each([
    ['of a known length', whole],
    ['in chunks', chunked],
  ])('that can never fit are answered 413 %s', async (_what, send) => {
    expect(await exchange(await listening(budget), send(bodyOf(4_001)))).toContain('413 Payload Too Large');
  });

  it('that would be many times larger in memory are answered 413 before they are parsed', async () => {
    const port = await listening({ ...budget, bodyLimitBytes: 1_000_000, bodyBudgetBytes: 2_000_000 });
    expect(await exchange(port, whole(`{"alerts":[${'[],'.repeat(2_000)}[]]}`))).toContain('413 Payload Too Large');
  });
});

describe('a sender that delivers more than its rate', () => {
  it('is answered 503 with Retry-After before the body is read, and others are taken', async () => {
    const other = 'other-token-0123456789';
    const tokens = {
      intake: [
        { name: 'eu', token: intakeToken },
        { name: 'us', token: other },
      ],
      people: [],
      allowAnonymous: false,
    };
    app = await anApp({ tokens, limits: { senderRate: { alertsASecond: 1, alertsAtOnce: 4 } } });
    const send = (token: string, payload: object | string) =>
      app?.inject({ method: 'POST', url: '/v1/alerts', headers: { authorization: `Bearer ${token}` }, payload });
    const five = Array.from({ length: 5 }, (_, n) => anAlertItem({ labels: { pod: `checkout-${n}` } }));
    expect(await send(intakeToken, aWebhook(five))).toMatchObject({ statusCode: 202 });
    expect(await send(intakeToken, 'no JSON')).toMatchObject({ statusCode: 503, headers: { 'retry-after': '3' } });
    expect(await send(other, aWebhook(five))).toMatchObject({ statusCode: 202 });
  });
});

describe('too many deliveries at once', () => {
  it('are answered 503 with Retry-After, and there is room again when the others are through', async () => {
    const intake = new FakeIntake();
    app = await anApp({ intake, limits: { maxDeliveries: 2 } });
    let open = () => {};
    intake.gate = new Promise((resolve) => {
      open = resolve;
    });
    let pods = 0;
    const deliver = (instance: FastifyInstance) => {
      pods += 1;
      const payload = aWebhook([anAlertItem({ labels: { pod: `pod-${pods}` } })]);
      return instance.inject({ method: 'POST', url: '/v1/alerts', headers: asAlertmanager, payload });
    };
    const inside = [deliver(app), deliver(app)];
    await until('both are handed over', async () => intake.inFlight === 2, 4_000);
    const refused = await deliver(app);
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.json()).toMatchObject({ status: 503, code: 'OVERLOADED' });
    open();
    expect((await Promise.all(inside)).map(({ statusCode }) => statusCode)).toEqual([202, 202]);
    expect((await deliver(app)).statusCode).toBe(202);
  });

  it('leave room again when their sender goes away', async () => {
    const intake = new FakeIntake();
    const port = await listening({ maxDeliveries: 1 }, intake);
    const open = await goesWhileHandedOver(port, intake);
    intake.gate = Promise.resolve();
    const payload = aWebhook([anAlertItem({ labels: { pod: 'another' } })]);
    const isTaken = async () =>
      (await app?.inject({ method: 'POST', url: '/v1/alerts', headers: asAlertmanager, payload }))?.statusCode === 202;
    expect(await eventually(isTaken, 4_000)).toBe(true);
    open();
  });
});

describe('a sender that goes before the answer to its delivery', () => {
  it('comes again, and starts no run again that has ended meanwhile', async () => {
    const [intake, clock] = [new FakeIntake(), { nowMs }];
    app = await anApp({ intake, now: () => clock.nowMs });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo;
    const open = await goesWhileHandedOver(port, intake);
    const { server } = app;
    await until('its connection is closed', async () => (await connectionsOf(server)) === 0, 4_000);
    open();
    await until('it is done', async () => intake.inFlight === 0, 4_000);
    intake.running.clear();
    clock.nowMs += 60_000;
    const again = await app.inject({ method: 'POST', url: '/v1/alerts', headers: asAlertmanager, payload: aWebhook() });
    expect(again.json()).toMatchObject({ accepted: 0, duplicates: 1 });
  });
});

describe('an overloaded process', () => {
  it('answers deliveries 503 and stays alive', async () => {
    const held = await anApp({ limits: { maxEventLoopDelayMs: 1e-9 } });
    const deliver = () =>
      held.inject({ method: 'POST', url: '/v1/alerts', headers: asAlertmanager, payload: aWebhook() });
    const code = async () => (await deliver()).json().code;
    expect(await eventually(async () => (await code()) === 'OVERLOADED', 10_000)).toBe(true);
    expect((await deliver()).headers['retry-after']).toBe('2');
    expect((await held.inject('/livez')).statusCode).toBe(200);
    await held.close();
  }, 15_000);
});
