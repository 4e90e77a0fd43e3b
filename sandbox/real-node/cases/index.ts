import type { NodeCase } from '../case.ts';
import { silentNode } from './node.ts';
import { podCases } from './pods.ts';
import { workloadCases } from './releases.ts';

/** The cases that are played at the same time, each in a namespace of its own; then the next group. */
export const caseGroups: readonly (readonly NodeCase[])[] = [[...podCases, ...workloadCases], [silentNode]];

/** Every case, in the order of the table. */
export const allCases: readonly NodeCase[] = caseGroups.flat();
