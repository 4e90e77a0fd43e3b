import {
  ApplicationFailure,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow';
import { emptyGuardState, type GuardState, type Pause } from '../../domain/guard/state.ts';
import type { HumanMessage } from '../../domain/run/contract.ts';

/** A run that waits for one question to be answered, and keeps the contract's messages; nothing is remediated. */
export async function remediation(input: { alert: { alertname: string; fingerprint: string } }) {
  const { alertname, fingerprint } = input.alert;
  const question = { digest: 'digest-1' };
  let answer: HumanMessage | undefined;
  const record = () => ({
    alertname,
    fingerprint,
    summary: 'stand-in',
    steps: [],
    segments: {},
    timeline: [],
    joined: [],
  });
  setHandler(defineQuery('status'), () => ({
    ...record(),
    phase: 'AwaitingApproval',
    waitingFor: 'an answer',
    question,
  }));
  setHandler(
    defineUpdate<string, [HumanMessage]>('approve'),
    (message) => {
      answer = message;
      return 'approve is taken';
    },
    {
      validator: ({ digest }) => {
        if (digest !== question.digest)
          throw ApplicationFailure.nonRetryable('the answer is for another question', 'TOO_LATE');
      },
    },
  );
  await condition(() => answer !== undefined);
  return { ...record(), outcome: 'remediated', summary: `approved by ${answer?.who}` };
}

/** A guard that only keeps pauses. */
export async function guard() {
  let state: GuardState = emptyGuardState();
  setHandler(defineQuery('state'), () => state);
  setHandler(defineSignal<[Pause]>('pause'), (pause) => {
    state = { ...state, pauses: [...state.pauses, pause] };
  });
  setHandler(defineSignal<[{ id: string }]>('resume'), ({ id }) => {
    state = { ...state, pauses: state.pauses.filter((pause) => pause.id !== id) };
  });
  await condition(() => false);
}
