import { formatQuantity, parseQuantity } from './quantity.ts';

/** What a container may use and asks for, as quantities. */
export interface MemoryBounds {
  limit: string;
  /** Absent: it is left as it is. */
  request?: string;
}

interface Given {
  memoryLimit?: string;
  memoryRequest?: string;
}

/**
 * The bounds of a container after its limit is raised by so many percent, at most to the cap; in whole mebibytes. A
 * request that equals the limit is raised with it, so that the pod keeps its quality of service. Says why not, where
 * the container has no limit or is at the cap.
 */
export function raisedMemory(
  { memoryLimit, memoryRequest }: Given,
  { byPercent, atMost }: { byPercent: number; atMost: string },
): MemoryBounds | { refusal: string } {
  if (memoryLimit === undefined) return { refusal: 'has no memory limit' };
  const [was, cap] = [parseQuantity(memoryLimit), parseQuantity(atMost)];
  if (was === undefined || cap === undefined) return { refusal: `has the memory limit ${memoryLimit}` };
  const limit = formatQuantity((was * (100 + byPercent)) / 100);
  const capped = (parseQuantity(limit) ?? cap) < cap ? limit : atMost;
  if ((parseQuantity(capped) ?? 0) <= was) {
    return { refusal: `has the memory limit ${memoryLimit}, and the policy allows ${atMost} at most` };
  }
  const isGuaranteed = memoryRequest !== undefined && parseQuantity(memoryRequest) === was;
  return { limit: capped, ...(isGuaranteed && { request: capped }) };
}
