import { describe, expect, it } from '@jest/globals';
import { type ConfigSources, explainConfig, loadConfig } from '../../config/config.ts';
import { fallbackInWords } from '../../config/receiver-names.ts';

const intake = 'intake-token-of-the-test';
const anEnv = (more: Record<string, string> = {}) => ({
  MENDFLOW_INTAKE_TOKENS: intake,
  MENDFLOW_API_TOKENS: 'alice=alices-token-of-the-test',
  ...more,
});

/** Sources whose files are the texts given. */
const withFiles = (files: Record<string, string>, sources: Omit<ConfigSources, 'readFile'>): ConfigSources => ({
  ...sources,
  readFile: (path) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  },
});

function faultsOf(sources: ConfigSources): string[] {
  try {
    loadConfig(sources);
  } catch (cause) {
    expect(cause).toMatchObject({ code: 'INVALID_CONFIG' });
    return (cause as Error).message.split('\n  ').slice(1);
  }
  return [];
}

describe('configuration', () => {
  it('is complete without a file and without a variable', () => {
    const config = loadConfig({ env: {} });
    expect(config).toMatchObject({
      cluster: { name: 'default' },
      temporal: { address: '127.0.0.1:7233', namespace: 'default', tls: false },
      api: {
        host: '127.0.0.1',
        port: 8080,
        url: 'http://127.0.0.1:8080',
        bodyLimit: 4_194_304,
        bodyBudget: 8_388_608,
        tokens: [],
      },
      worker: { roles: ['hub', 'cluster'], port: 8081, shutdownGraceTime: 25_000 },
      guard: { budget: { burst: 5, per10m: 10 }, concurrency: { namespace: 2, cluster: 5 } },
      receivers: [],
    });
  });

  it('takes the environment over the file and the file over the defaults', () => {
    const files = { 'm.yaml': 'cluster: { name: from-file }\nworker: { port: 9001, shutdownGraceTime: 1m30s }\n' };
    const config = loadConfig(withFiles(files, { env: { MENDFLOW_WORKER_PORT: '9002' }, file: 'm.yaml' }));
    expect(config.cluster.name).toBe('from-file');
    expect(config.worker).toMatchObject({ port: 9002, shutdownGraceTime: 90_000, host: '127.0.0.1' });
  });

  it('counts an empty variable as not set', () => {
    expect(loadConfig({ env: { MENDFLOW_API_PORT: '', MENDFLOW_CLUSTER: '' } }).api.port).toBe(8080);
  });

  it('reads the file that MENDFLOW_CONFIG names when none is given', () => {
    const files = { '/etc/m.yaml': 'log: { level: debug }' };
    expect(loadConfig(withFiles(files, { env: { MENDFLOW_CONFIG: '/etc/m.yaml' } })).log.level).toBe('debug');
  });

  it('accepts a section that is empty in the file', () => {
    expect(loadConfig(withFiles({ 'm.yaml': 'api:\nlog:\n' }, { env: {}, file: 'm.yaml' })).api.port).toBe(8080);
  });

  it('runs workers without versions unless a deployment and a build are named', () => {
    expect(loadConfig({ env: {} }).worker.deployment).toEqual({});
    const env = { MENDFLOW_WORKER_DEPLOYMENT: 'mendflow', MENDFLOW_WORKER_BUILD_ID: 'v0.2.0_3f9c' };
    expect(loadConfig({ env }).worker.deployment).toEqual({ name: 'mendflow', buildId: 'v0.2.0_3f9c' });
    const files = { 'm.yaml': 'worker: { deployment: { name: mendflow, buildId: from-file } }' };
    const both = loadConfig(withFiles(files, { env: { MENDFLOW_WORKER_BUILD_ID: 'from-env' }, file: 'm.yaml' }));
    expect(both.worker.deployment).toEqual({ name: 'mendflow', buildId: 'from-env' });
  });

  it.each([{ MENDFLOW_WORKER_DEPLOYMENT: 'mendflow' }, { MENDFLOW_WORKER_BUILD_ID: 'v1' }])(
    'refuses half a worker version: %j',
    (env) => {
      expect(faultsOf({ env })).toEqual([
        'worker.deployment: name and buildId belong together; set both (MENDFLOW_WORKER_DEPLOYMENT and MENDFLOW_WORKER_BUILD_ID) or neither',
      ]);
    },
  );

  it('refuses names of a worker version that Temporal refuses', () => {
    const env = { MENDFLOW_WORKER_DEPLOYMENT: 'mendflow.prod', MENDFLOW_WORKER_BUILD_ID: 'sha256:3f9c' };
    expect(faultsOf({ env })).toEqual([
      expect.stringContaining('MENDFLOW_WORKER_DEPLOYMENT: must be a name such as mendflow'),
      expect.stringContaining('MENDFLOW_WORKER_BUILD_ID: must be a version such as v0.2.0'),
    ]);
  });

  it('splits lists at commas, and keeps the names of people', () => {
    const env = { MENDFLOW_WORKER_ROLES: 'hub', MENDFLOW_API_TOKENS: 'al=0123456789abcdef, bo=0123456789abcdeg' };
    const config = loadConfig({ env });
    expect(config.worker.roles).toEqual(['hub']);
    expect(config.api.tokens).toEqual([
      { name: 'al', token: '0123456789abcdef' },
      { name: 'bo', token: '0123456789abcdeg' },
    ]);
  });

  it('reads a secret from the file that its variable with _FILE names, one token a line', () => {
    const files = { '/run/tokens': `${intake}\nsecond-${intake}\n` };
    const config = loadConfig(withFiles(files, { env: { MENDFLOW_INTAKE_TOKENS_FILE: '/run/tokens' } }));
    expect(config.api.intakeTokens).toEqual([
      { name: 'intake-1', token: intake },
      { name: 'intake-2', token: `second-${intake}` },
    ]);
  });

  it('reads the secret of a receiver from the environment or a file', () => {
    const yaml = `receivers:
  - { name: chat, type: webhook, url: 'https://chat.example.com/x', secret: { env: CHAT } }
  - { name: pager, type: webhook, url: 'https://pager.example.com', secret: { file: /run/pager } }`;
    const config = loadConfig(withFiles({ m: yaml, '/run/pager': 'p\n' }, { env: { CHAT: 'c' }, file: 'm' }));
    expect(config.receivers).toMatchObject([{ secret: 'c' }, { secret: 'p' }]);
  });
});

describe('faults of the configuration', () => {
  it('are reported all at once, each with its place and the nearest valid name', () => {
    const yaml = 'api:\n  prot: 80\ngurd: {}\nguard:\n  budget: { burst: many }\n';
    const env = { MENDFLOW_API_PORTT: '1', MENDFLOW_WORKER_ROLES: 'hub,clutser', MENDFLOW_LOG_LEVEL: 'inof' };
    expect(faultsOf(withFiles({ 'm.yaml': yaml }, { env, file: 'm.yaml' }))).toEqual([
      'MENDFLOW_API_PORTT: is not a known variable; did you mean MENDFLOW_API_PORT?',
      'm.yaml:2 api: prot is not a setting; did you mean port?',
      'MENDFLOW_WORKER_ROLES: must be one of hub, cluster, is "clutser"; did you mean cluster?',
      'm.yaml:5 guard.budget.burst: must be a number, is "many"',
      'MENDFLOW_LOG_LEVEL: must be one of trace, debug, info, warn, error, silent, is "inof"; did you mean info?',
      'm.yaml:3: gurd is not a setting; did you mean guard?',
    ]);
  });

  it('name what the api needs when it is to be started without tokens', () => {
    const faults = faultsOf({ env: {}, parts: ['api'] });
    expect(faults).toHaveLength(2);
    expect(faults.join()).toMatch(/set MENDFLOW_INTAKE_TOKENS .*set MENDFLOW_API_TOKENS /);
  });

  it('do not ask the worker for tokens, nor an api that is anonymous on purpose', () => {
    expect(faultsOf({ env: {}, parts: ['worker'] })).toEqual([]);
    expect(faultsOf({ env: { MENDFLOW_API_ALLOW_ANONYMOUS: 'true' }, parts: ['api'] })).toEqual([]);
    expect(faultsOf({ env: anEnv(), parts: ['api', 'worker'] })).toEqual([]);
  });

  it('never repeat a secret', () => {
    const secret = 'hunter2-hunter2-hunter2';
    const env = { MENDFLOW_API_TOKENS: secret, MENDFLOW_INTAKE_TOKENS: 'hunter2', TEMPORAL_API_KEY: secret };
    const yaml = `receivers: [{ name: a, type: webhook, url: 'ftp://h/${secret}', secret: 7 }]`;
    const faults = faultsOf(withFiles({ m: yaml }, { env, file: 'm', parts: ['api'] }));
    expect(faults).toHaveLength(5);
    expect(faults.join()).not.toContain('hunter2');
  });

  it.each([
    ['a short token', { MENDFLOW_INTAKE_TOKENS: 'short' }, 'a token has at least 16 characters'],
    ['a token without a name', { MENDFLOW_API_TOKENS: intake }, 'each token is written name=token'],
    ['a short token behind its name', { MENDFLOW_INTAKE_TOKENS: 'am=short' }, 'a token has at least 16 characters'],
    ['a token of a cluster without a name', { MENDFLOW_INTAKE_TOKENS: `am@a++b=${intake}` }, 'a cluster of a token'],
    ['a budget that holds no two bodies', { MENDFLOW_API_BODY_LIMIT: '5MiB' }, 'bodyBudget: must be at least twice'],
    ['a secret and its file', { TEMPORAL_API_KEY: 'k', TEMPORAL_API_KEY_FILE: '/k' }, 'is set beside'],
    ['a secret file that is missing', { MENDFLOW_INTAKE_TOKENS_FILE: '/none' }, 'cannot be read (ENOENT)'],
    ['an API key without TLS', { TEMPORAL_API_KEY: 'k' }, 'set TEMPORAL_TLS=true'],
    ['a Service’s variable', { MENDFLOW_API_PORT: 'tcp://10.0.0.1:80' }, 'enableServiceLinks: false'],
    ['a port out of range', { MENDFLOW_API_PORT: '70000' }, 'must be at most 65535, is 70000'],
    ['a number that is not one', { MENDFLOW_API_PORT: '80a' }, 'must be a number, is "80a"'],
    ['a duration without a unit', { MENDFLOW_WORKER_SHUTDOWN_GRACE_TIME: '25' }, 'must be a duration such as'],
    ['a URL of another scheme', { MENDFLOW_PROMETHEUS_URL: 'file:///x' }, 'must be an http or https URL'],
    ['a flag that is neither', { TEMPORAL_TLS: 'yes' }, 'must be a boolean, is "yes"'],
    ['no role', { MENDFLOW_WORKER_ROLES: ',' }, 'must hold at least 1 item'],
  ])('name %s', (_, env, expected) => {
    expect(faultsOf(withFiles({}, { env })).join()).toContain(expected);
  });

  it.each([
    ['a missing file', undefined, 'm.yaml: cannot be read (ENOENT)'],
    ['broken YAML, with its line', 'api:\n  port: [80\n', 'm.yaml:'],
    ['a list instead of sections', '- api\n', 'm.yaml:1: must be a mapping of sections'],
    ['a file that is too large', `# ${'x'.repeat(262_144)}`, 'm.yaml: is larger than 256 KiB'],
    ['aliases that multiply', `a: &a [${'x,'.repeat(50)}]\nb: [${'*a,'.repeat(50)}]\nc: 1\n`, 'm.yaml'],
    [
      'two receivers of one name',
      `receivers: [${`{ name: a, type: webhook, url: 'http://a' },`.repeat(2)}]`,
      'two are named a',
    ],
    ['a key of the prototype', '__proto__: { x: 1 }\n', '__proto__ is not a setting'],
  ])('name %s', (_, text, expected) => {
    const files: Record<string, string> = text === undefined ? {} : { 'm.yaml': text };
    expect(faultsOf(withFiles(files, { env: {}, file: 'm.yaml' })).join()).toContain(expected);
  });

  it('leave variables of other programs alone', () => {
    expect(faultsOf({ env: { MENDFLOW_BIN_TEMPORAL: '/x', MENDFLOW_CACHE: '/y', TEMPORAL_CLI: '1' } })).toEqual([]);
  });
});

describe('the effective configuration', () => {
  const rows = explainConfig(
    withFiles(
      {
        'm.yaml':
          'cluster:\n  name: prod\nreceivers:\n  - { name: chat, type: webhook, url: "https://x/hook-secret" }\n',
      },
      { env: anEnv({ MENDFLOW_API_PORT: '9000' }), file: 'm.yaml' },
    ),
  );
  const row = (path: string) => rows.find((candidate) => candidate.path === path);

  it('says for every field where its value came from', () => {
    expect(row('cluster.name')).toEqual({ path: 'cluster.name', value: 'prod', source: 'm.yaml:2' });
    expect(row('api.port')).toEqual({ path: 'api.port', value: '9000', source: 'MENDFLOW_API_PORT' });
    expect(row('log.level')).toEqual({ path: 'log.level', value: 'info', source: 'default' });
  });

  it('hides every secret and the URLs of receivers', () => {
    expect(row('api.intakeTokens')?.value).toBe('(1 hidden)');
    expect(row('receivers')?.value).toBe('chat');
    expect(JSON.stringify(rows)).not.toMatch(/hook-secret|-of-the-test/);
  });
});

describe('the watcher', () => {
  const faults = (env: Record<string, string>) => faultsOf({ env, parts: ['watcher'] });

  it('needs a token of the intake, its own or the api’s', () => {
    expect(faults({})).toEqual([expect.stringContaining('watcher.token: the watcher needs a token of the intake')]);
    expect(faults({ MENDFLOW_WATCHER_TOKEN: 'a-token-of-its-own' })).toEqual([]);
    expect(faults({ MENDFLOW_INTAKE_TOKENS: 'a-token-of-the-api' })).toEqual([]);
  });

  it('is refused an unknown class', () => {
    const env = { MENDFLOW_INTAKE_TOKENS: 'a-token-of-the-api', MENDFLOW_WATCHER_FAULTS: 'OOMKilled,Slow' };
    expect(faults(env)).toEqual([expect.stringContaining('MENDFLOW_WATCHER_FAULTS')]);
  });
});

describe('the fallback receiver', () => {
  const receivers = (more: string) =>
    loadConfig({
      env: {},
      file: 'c.yaml',
      readFile: () =>
        `receivers:\n  - { name: chat, type: webhook, url: 'https://a' }\n  - { name: pager, type: webhook, url: 'https://b'${more} }\n`,
    }).receivers.flatMap(({ name, fallback }) => (fallback ? [name] : []));

  it('is the one that is marked', () => {
    expect(receivers(', fallback: true')).toEqual(['pager']);
  });

  it('is the first one where none is marked, so that a page reaches somebody', () => {
    expect(receivers('')).toEqual(['chat']);
  });
});

describe('whoever hears what no policy addresses', () => {
  const one = { name: 'chat', fallback: false };
  const other = { name: 'pager', fallback: false };
  const told = 'is told of storms and outages, and of what no policy addresses';

  it.each([
    ['the only one', [one], `receiver chat ${told}`],
    ['the first one', [one, other], `receiver chat ${told}; fallback: true on a receiver chooses it`],
    [
      'the marked one',
      [one, { ...other, fallback: true }],
      `receiver pager ${told}; fallback: true on a receiver chooses it`,
    ],
    ['nobody', [], expect.stringContaining('no receiver is configured, so nobody is told')],
  ])('is %s', (_, receivers, words) => {
    expect(fallbackInWords(receivers)).toEqual(words);
  });
});

describe('the signing keys', () => {
  const keysOf = (text: string) => loadConfig({ env: { MENDFLOW_APPROVAL_KEY: text } }).approval.key;
  const [first, second] = ['a'.repeat(32), 'b'.repeat(32)];

  it('are one secret, whose id is derived, or several with ids, the first of which signs', () => {
    expect(keysOf(first)).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{8}$/), secret: first }]);
    expect(keysOf(`new:${first},old:${second}`)).toEqual([
      { id: 'new', secret: first },
      { id: 'old', secret: second },
    ]);
    expect(loadConfig({ env: {} }).approval.key).toEqual([]);
  });

  it('are refused when they are short or share an id', () => {
    expect(() => keysOf('new:short')).toThrow('MENDFLOW_APPROVAL_KEY: an approval key has at least 32 characters');
    expect(() => keysOf(`k:${first},k:${second}`)).toThrow('each approval key has an id of its own');
  });
});
