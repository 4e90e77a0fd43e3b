import type { PolicyResource } from '../../activities/kubernetes/policy-resources.ts';
import type { PolicyVocabulary } from '../../config/policy-fault.ts';
import { judge, type Standing } from './standing.ts';

/** The policies of a cluster as they stand, by name; each change judges what it brings against what was there. */
export interface PolicySet {
  standings(): ReadonlyMap<string, Standing>;
  /** These are all there are. */
  replace(all: readonly PolicyResource[]): void;
  set(one: PolicyResource): void;
  remove(one: PolicyResource): void;
}

/** An empty set. */
export function openPolicySet(vocabulary: PolicyVocabulary): PolicySet {
  let standings: ReadonlyMap<string, Standing> = new Map();
  const judged = (one: PolicyResource): [string, Standing][] =>
    one.isLeaving ? [] : [[one.name, judge(one, standings.get(one.name), vocabulary)]];
  const without = ({ name }: PolicyResource) => [...standings].filter(([other]) => other !== name);
  return {
    standings: () => standings,
    replace(all) {
      standings = new Map(all.flatMap(judged));
    },
    set(one) {
      standings = new Map([...without(one), ...judged(one)]);
    },
    remove(one) {
      standings = new Map(without(one));
    },
  };
}
