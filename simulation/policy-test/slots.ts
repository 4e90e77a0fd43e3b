import type { PodRecord } from '../cluster/records.ts';
import type { Store } from '../cluster/store.ts';

/**
 * Which pod has which place among the pods of its workload, counted from 0. A pod that goes leaves its place to the
 * first one that comes after it; who comes while no place is free gets a new one.
 */
export class Slots {
  readonly #store: Store;
  readonly #places = new Map<string, (string | undefined)[]>();
  /** By uid, and by namespace and name. */
  readonly #known = new Map<string, number>();

  constructor(store: Store) {
    this.#store = store;
    this.refresh();
  }

  /** Takes note of who came and went; to be called before anybody asks. */
  refresh(): void {
    for (const key of this.#store.workloads.keys()) this.#refresh(key);
  }

  /** The pod that has the place now; undefined while it is free. */
  podAt(workload: string, place: number): PodRecord | undefined {
    const uid = this.#places.get(workload)?.[place];
    return this.#living(workload).find(({ base }) => base.ref.uid === uid);
  }

  /** The place that a pod has or had, by its uid or by `namespace/name`. */
  placeOf(pod: string): number | undefined {
    return this.#known.get(pod);
  }

  #living(workload: string): PodRecord[] {
    return this.#store.podsUnder(workload).filter(({ goneAtMs }) => goneAtMs === undefined);
  }

  #refresh(workload: string): void {
    const living = this.#living(workload);
    const uids = living.map(({ base }) => base.ref.uid);
    const places = (this.#places.get(workload) ?? []).map((uid) => (uid && uids.includes(uid) ? uid : undefined));
    const fresh = living.filter(({ base }) => !places.includes(base.ref.uid));
    for (const { base } of fresh.sort((a, b) => a.base.createdAtMs - b.base.createdAtMs)) {
      const free = places.indexOf(undefined);
      const place = free === -1 ? places.length : free;
      places[place] = base.ref.uid;
      this.#known.set(base.ref.uid, place);
      this.#known.set(`${base.ref.namespace}/${base.ref.name}`, place);
    }
    this.#places.set(workload, places);
  }
}
