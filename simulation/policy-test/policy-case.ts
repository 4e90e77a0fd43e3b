import type { Switches } from '../../activities/kill-switch.ts';
import type { GuardLimits } from '../../domain/guard/rules/rule.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { ClusterFields, PrometheusFields } from './format/cluster.ts';
import type { EventFields } from './format/events.ts';
import type { Expectation } from './format/expectation.ts';

type Present<T> = { [Key in keyof T]-?: Exclude<T[Key], undefined> };

/** The cluster of a test, with every list there. */
export type CaseCluster = Present<ClusterFields>;

/** The policies in force from a moment of a test on. */
export interface PolicyChange {
  atMs: number;
  policies: readonly Policy[];
}

/** One test, ready to be played. Times but `startMs` count from the beginning. */
export interface PolicyCase {
  file: string;
  /** Of its name, from 1. */
  line: number;
  name: string;
  /** Unix ms. */
  startMs: number;
  policies: readonly Policy[];
  edits: readonly PolicyChange[];
  limits: GuardLimits;
  switches: Switches;
  cluster: CaseCluster;
  prometheus: PrometheusFields;
  /** As they are written; each has its time. */
  events: readonly EventFields[];
  forMs: number;
  expect: Expectation;
}
