import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineStepMark } from '../../activities/step-mark.ts';

const marks = defineStepMark('mendflow.dev/test', { from: z.int() });
const written = (mark: Parameters<typeof marks.marking>[0]) => {
  const { mark: note } = marks.marking(mark, { token: mark.token, dryRun: false });
  return { [note.annotation]: note.text };
};

describe('the note of a step', () => {
  it('is read as it was written, by its own step only', () => {
    const annotations = written({ token: 'run-1.0', from: 3 });
    expect(marks.read(annotations)).toEqual({ token: 'run-1.0', from: 3 });
    expect(marks.ours(annotations, 'run-1.0')).toEqual({ token: 'run-1.0', from: 3 });
    expect(marks.ours(annotations, 'run-2.0')).toBe(undefined);
    expect(marks.known(annotations, 'run-2.0')).toBe(undefined);
  });

  it('is known after the step was taken back, and not taken back again', () => {
    const annotations = written({ token: 'run-1.0', from: 3, isBack: true });
    expect(marks.known(annotations, 'run-1.0')).toMatchObject({ isBack: true });
    expect(marks.ours(annotations, 'run-1.0')).toBe(undefined);
  });

  it.each(['', 'text', '[]', 'null', '{"token":"run-1.0"}', '{"token":"run-1.0","from":"3"}'])(
    'is none where somebody wrote %s',
    (text) => {
      expect(marks.read({ 'mendflow.dev/test': text })).toBe(undefined);
    },
  );
});
