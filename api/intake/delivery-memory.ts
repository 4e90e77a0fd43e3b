/** Alertmanager repeats a delivery for its group interval, 5 min by default, and then begins the next one with the same alerts. */
const keptForMs = 900_000;
const keptAtMost = 100_000;

/**
 * Remembers what was held of deliveries that had to be answered 503, so that their repeats go on where they stopped
 * instead of starting again; without it a body too large for one deadline would never be taken.
 */
export interface DeliveryMemory {
  isHeld(key: string): boolean;
  /** Of a delivery answered 503, or whose sender waited for no answer. */
  keep(keys: Iterable<string>): void;
  /** Of a delivery answered 2xx: a later firing is a new notification, not a repeat. */
  forget(keys: Iterable<string>): void;
}

/** A memory of a quarter of an hour and 100,000 keys at most; what it has lost is merely delivered again. */
export function createDeliveryMemory(now: () => number): DeliveryMemory {
  const heldAtMs = new Map<string, number>();
  const dropOld = () => {
    for (const [key, atMs] of heldAtMs) {
      if (heldAtMs.size <= keptAtMost && atMs > now() - keptForMs) return;
      heldAtMs.delete(key);
    }
  };
  return {
    isHeld: (key) => (heldAtMs.get(key) ?? Number.NEGATIVE_INFINITY) > now() - keptForMs,
    keep(keys) {
      for (const key of keys) {
        // The first moment counts, so that repeats cannot keep a key for ever.
        if (!heldAtMs.has(key)) heldAtMs.set(key, now());
      }
      dropOld();
    },
    forget(keys) {
      for (const key of keys) heldAtMs.delete(key);
    },
  };
}
