import { describe, expect, it } from '@jest/globals';
import { inOneLine } from '../../scripts/prepare-servers.ts';

describe('the reason why a server is missing', () => {
  it.each([
    [
      'kwok 0.8.0 cannot be had here: github.com cannot be reached; go is not installed. Ways to provide it:\n  1. …',
      'kwok 0.8.0 cannot be had here: github.com cannot be reached; go is not installed',
    ],
    [
      'alertmanager ended with exit code 1; the end of /tmp/a/logs/b.log:\nno template',
      'alertmanager ended with exit code 1',
    ],
    ['the port is taken', 'the port is taken'],
  ])('is one line without advice and log: %j', (message, reason) => {
    expect(inOneLine(new Error(message))).toBe(reason);
  });
});
