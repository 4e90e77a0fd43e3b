import { type Container, type Pod, restartsOf } from '../target/pod.ts';

/**
 * What a failure looks like, so that it is known again on another pod: the fault, and of the container that is worst
 * off its name and how it ended. The same text means the very same failure.
 */
export function failureOf(fault: string, pod: Pod | undefined): string {
  const [worst] = [...(pod?.containers ?? [])].sort(worstFirst);
  if (worst === undefined || (worst.isReady && pod !== undefined && restartsOf(pod) === 0)) return fault;
  return [fault, worst.name, howItEnded(worst)].filter((part) => part !== '').join(' ');
}

const worstFirst = (a: Container, b: Container) => b.restarts - a.restarts || Number(a.isReady) - Number(b.isReady);

function howItEnded({ state, lastTermination }: Container): string {
  const end = state?.kind === 'terminated' ? state : lastTermination;
  if (end !== undefined) return `${end.reason} exit ${end.exitCode}`;
  return state?.kind === 'waiting' ? state.reason : '';
}
