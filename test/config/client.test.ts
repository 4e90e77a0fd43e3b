import { describe, expect, it } from '@jest/globals';
import { clientVariables, loadClient } from '../../config/client.ts';
import { loadConfig } from '../../config/config.ts';

const readFile = () => 'from-file\n';

describe('settings of the command line’s client', () => {
  it('have a default address, said to be one, and no token', () => {
    expect(loadClient({ env: {} })).toEqual({
      server: 'http://127.0.0.1:8080',
      foundBy: 'the default; no server is named and no sandbox runs',
    });
  });

  it('come from flags, then from variables, then from the token’s file', () => {
    const env = { MENDFLOW_SERVER: 'https://m.example/', MENDFLOW_TOKEN: 'variable', MENDFLOW_TOKEN_FILE: '/t' };
    expect(loadClient({ env, readFile })).toEqual({ server: 'https://m.example', token: 'variable' });
    expect(loadClient({ env, server: 'http://other/base', token: 'flag', readFile })).toEqual({
      server: 'http://other/base',
      token: 'flag',
    });
    expect(loadClient({ env: { ...env, MENDFLOW_TOKEN: '' }, readFile }).token).toBe('from-file');
  });

  it('are no typing error in the eyes of the api and the worker, but a neighbour of theirs is', () => {
    const env = Object.fromEntries(Object.keys(clientVariables).map((name) => [name, 'x']));
    expect(() => loadConfig({ env })).not.toThrow();
    expect(() => loadConfig({ env: { MENDFLOW_SERVERS: 'x' } })).toThrow('did you mean MENDFLOW_SERVER?');
    expect(() => loadConfig({ env: { MENDFLOW_TOKE: 'x' } })).toThrow('did you mean MENDFLOW_TOKEN?');
  });
});
