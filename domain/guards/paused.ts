import type { Guard } from './guard.ts';

/** Denies everything while a pause stands (G15); every pause must be lifted. */
export const paused: Guard = ({ state }) => {
  const [pause] = state.pauses;
  if (pause === undefined) return undefined;
  const others = state.pauses.length > 1 ? ` and ${state.pauses.length - 1} more` : '';
  return { kind: 'deny', reason: 'paused', detail: `paused by ${pause.who}: ${pause.why}${others}` };
};
