import { describe, expect, it } from '@jest/globals';
import { explainConfig, loadConfig } from '../../config/config.ts';

const load = (text: string, env: Record<string, string> = {}) =>
  loadConfig({ env, file: 'm.yaml', readFile: (name) => (name === 'm.yaml' ? text : 'the-key-of-a-file\n') });

describe('what actions may reach', () => {
  it('is nothing until the operator names it', () => {
    expect(load('').actions).toEqual({ endpoints: [], alertmanager: {}, clearCache: { paths: [] } });
  });

  it('is read with its secrets, which are never shown', () => {
    const text = `
actions:
  endpoints:
    - name: healer
      url: https://healer.example/heal
      secret: { file: /run/key }
      headers: { authorization: { env: HEALER } }
  clearCache: { paths: [/cache/clear] }
`;
    const sources = { HEALER: 'Bearer abc', MENDFLOW_ALERTMANAGER_URL: 'http://alerts:9093/' };
    expect(load(text, sources).actions).toEqual({
      endpoints: [
        {
          name: 'healer',
          url: 'https://healer.example/heal',
          secret: 'the-key-of-a-file',
          headers: { authorization: 'Bearer abc' },
          allowPrivateNetwork: false,
        },
      ],
      alertmanager: { url: 'http://alerts:9093' },
      clearCache: { paths: ['/cache/clear'] },
    });
    const rows = explainConfig({ env: sources, file: 'm.yaml', readFile: (name) => (name === 'm.yaml' ? text : 'k') });
    expect(JSON.stringify(rows)).not.toMatch(/Bearer abc|healer\.example/);
    expect(rows.find(({ path }) => path === 'actions.endpoints')?.value).toBe('(1 hidden)');
  });

  it.each(['/', 'cache', '/a?b=c', '/../admin', '/a/./b', '/a/..', '/a b', '//a', '/a/'])(
    'is no path such as %s',
    (path) => {
      expect(() => load(`actions: { clearCache: { paths: ['${path}'] } }`)).toThrow(/must be a plain path/);
    },
  );

  it('has each endpoint once', () => {
    const endpoint = '{ name: a, url: "https://a.example" }';
    expect(() => load(`actions: { endpoints: [${endpoint}, ${endpoint}] }`)).toThrow(/its own name/);
  });

  it('names a fault of an endpoint without its URL', () => {
    const load2 = () => load('actions: { endpoints: [{ name: a, url: "ftp://user:key@a.example" }] }');
    expect(load2).toThrow(/must be an http or https URL/);
    expect(load2).not.toThrow(/key@a/);
  });
});
