import { z } from 'zod';
import type { Pod } from '../domain/target/pod.ts';
import { podSinceAct } from '../domain/target/pod-since-act.ts';
import type { Workload } from '../domain/target/workload.ts';
import { defineStepMark, type StepMark } from './step-mark.ts';

const bounds = z.object({ limit: z.string(), request: z.string().exactOptional() });
const shape = {
  container: z.string(),
  from: bounds,
  to: bounds,
  /** The pod alone that was given more, since when its container had run then, and when; absent where the template was. */
  pod: z
    .object({
      name: z.string(),
      uid: z.string(),
      runsSinceMs: z.number().exactOptional(),
      atMs: z.number().exactOptional(),
    })
    .optional(),
};

/** Notes on a workload whose memory limit a step raised. */
export const memoryMarks = defineStepMark('mendflow.dev/memory-raised', shape);
export type MemoryMark = StepMark<z.output<z.ZodObject<typeof shape>>>;

/**
 * The pod without what its status remembers from before a step gave it more memory in place: for minutes the kill that the
 * step was for still stands in its last state.
 */
export function podSinceRaise(pod: Pod, workload: Workload | undefined): Pod {
  const mark = workload && memoryMarks.read(workload.annotations);
  if (mark?.pod?.atMs === undefined || mark.pod.uid !== pod.ref.uid || mark.isBack === true) return pod;
  return podSinceAct(pod, { actedAtMs: mark.pod.atMs });
}
