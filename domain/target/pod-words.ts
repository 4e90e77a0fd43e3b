import type { Container, Pod } from './pod.ts';

/** A pod's status as short sentences for a person: phase, conditions that are not met, every container. */
export function podInWords(pod: Pod): string[] {
  const phase = `pod ${pod.ref.name} is ${pod.phase}${pod.isTerminating ? ', terminating' : ''}`;
  const unmet = pod.conditions
    .filter(({ status }) => status !== 'True')
    .map(({ type, status, reason, message }) =>
      [`condition ${type} is ${status}`, reason, message].filter((part) => part !== '').join(': '),
    );
  return [`${phase}, ${pod.isReady ? 'Ready' : 'not Ready'}`, ...unmet, ...pod.containers.map(containerInWords)];
}

function containerInWords({ name, isInit, isReady, restarts, state, lastTermination }: Container): string {
  const parts = [`${isInit ? 'init container' : 'container'} ${name}: ${stateInWords(state)}`];
  if (!isInit) parts.push(isReady ? 'ready' : 'not ready');
  parts.push(`${restarts} restarts`);
  if (lastTermination) parts.push(`last ended ${stateInWords(lastTermination)}`);
  return parts.join(', ');
}

function stateInWords(state: Container['state']): string {
  switch (state?.kind) {
    case 'waiting':
      return `waiting (${state.reason}${state.message === '' ? '' : `: ${state.message.slice(0, 200)}`})`;
    case 'running':
      return `running since ${new Date(state.startedAtMs).toISOString()}`;
    case 'terminated':
      return `${state.reason} with exit code ${state.exitCode} at ${new Date(state.finishedAtMs).toISOString()}`;
    case undefined:
      return 'no state yet';
    default:
      return state satisfies never;
  }
}
