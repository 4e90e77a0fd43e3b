import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { elapsed, progressOn } from '../../sandbox/progress.ts';

function anOutput(isTTY: boolean) {
  let text = '';
  const write = (chunk: string) => {
    text += stripVTControlCharacters(chunk);
  };
  return { isTTY, columns: 80, write, text: () => text };
}

describe('progress', () => {
  it('writes one line when a step is done', () => {
    const output = anOutput(false);
    const step = progressOn(output, () => 0).begin('etcd');
    step.done('is up');
    expect(output.text()).toBe('✓ etcd is up 0.0 s\n');
  });

  it('marks a step that failed', () => {
    const output = anOutput(false);
    progressOn(output, () => 0)
      .begin('etcd')
      .failed('cannot be had');
    expect(output.text()).toBe('✗ etcd cannot be had 0.0 s\n');
  });

  it('says every eight seconds what a long step does, where there is no terminal', () => {
    jest.useFakeTimers();
    try {
      const output = anOutput(false);
      const progress = progressOn(output);
      progress.begin('temporal').tell('building with Go');
      jest.advanceTimersByTime(17_000);
      progress.close();
      expect(output.text().trimEnd().split('\n')).toEqual([
        '  … temporal 8.0 s (building with Go)',
        '  … temporal 16.0 s (building with Go)',
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('shows all running steps on one line of a terminal, cut to its width', () => {
    jest.useFakeTimers();
    try {
      const output = anOutput(true);
      const progress = progressOn(output);
      progress.begin('temporal');
      progress.begin('etcd').tell('x'.repeat(200));
      jest.advanceTimersByTime(100);
      progress.close();
      const line =
        output
          .text()
          .split('\r')
          .find((part) => part.includes('temporal')) ?? '';
      expect(line).toContain('temporal 0.1 s · etcd 0.1 s (xxx');
      expect(line.length).toBeLessThan(80);
    } finally {
      jest.useRealTimers();
    }
  });

  it.each([
    [3_440, '3.4 s'],
    [125_000, '2 min 05 s'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(elapsed(ms)).toBe(text);
  });
});
