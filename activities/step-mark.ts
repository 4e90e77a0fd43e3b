import { z } from 'zod';
import type { UndoResult } from './actions/define-action.ts';
import type { Marking } from './kubernetes/port.ts';

/** What a step notes on the object that it changes, in the same write. */
export type StepMark<Data> = Data & {
  /** The step's own. */
  token: string;
  /** The step was taken back. */
  isBack?: boolean | undefined;
};

/** A kind of note: where it stands, and what it holds. */
export interface StepMarks<Data> {
  /** The note that is there; undefined where there is none, or none that can be read. */
  read(annotations: Record<string, string>): StepMark<Data> | undefined;
  /** The same step's, even after it was taken back: what was done is not done again. */
  known(annotations: Record<string, string>, token: string): StepMark<Data> | undefined;
  /** The same step's, while it has not been taken back. */
  ours(annotations: Record<string, string>, token: string): StepMark<Data> | undefined;
  /** What is written, and by whom. */
  marking(mark: StepMark<Data>, by: { token: string; dryRun: boolean }): Marking;
}

/** Declares a note that stands in the annotation; each action has its own, so that no step overwrites another's. */
export function defineStepMark<Shape extends z.ZodRawShape>(annotation: string, shape: Shape) {
  const schema = z.object({ ...shape, token: z.string(), isBack: z.boolean().optional() });
  type Data = z.output<z.ZodObject<Shape>>;
  const read: StepMarks<Data>['read'] = (annotations) => {
    const text = annotations[annotation];
    return text === undefined ? undefined : (parsed(schema, text) as StepMark<Data> | undefined);
  };
  const known: StepMarks<Data>['known'] = (annotations, token) => {
    const mark = read(annotations);
    return mark?.token === token ? mark : undefined;
  };
  const marks: StepMarks<Data> = {
    read,
    known,
    ours(annotations, token) {
      const mark = known(annotations, token);
      return mark?.isBack === true ? undefined : mark;
    },
    marking: (mark, { token, dryRun }) => ({ token, dryRun, mark: { annotation, text: JSON.stringify(mark) } }),
  };
  return marks;
}

function parsed(schema: z.ZodType, text: string): unknown {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    // Somebody else's text: as good as none.
    return undefined;
  }
}

/** Said by an undo that finds nothing of its step, or finds it taken back. */
export const nothingToTakeBack: UndoResult = { summary: 'nothing of the step is left to undo', changed: false };
