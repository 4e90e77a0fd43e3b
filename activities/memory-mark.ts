import { z } from 'zod';
import { defineStepMark, type StepMark } from './step-mark.ts';

const bounds = z.object({ limit: z.string(), request: z.string().exactOptional() });
const shape = {
  container: z.string(),
  from: bounds,
  to: bounds,
  /** The pod alone that was given more, and since when its container had run then; absent where the template was. */
  pod: z.object({ name: z.string(), uid: z.string(), runsSinceMs: z.number().exactOptional() }).optional(),
};

/** Notes on a workload whose memory limit a step raised. */
export const memoryMarks = defineStepMark('mendflow.dev/memory-raised', shape);
export type MemoryMark = StepMark<z.output<z.ZodObject<typeof shape>>>;
