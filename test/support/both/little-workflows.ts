import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  sleep,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';

/** Small workflows, run on a real server and on the simulated one, to compare what is seen. */
interface Work {
  take(ms: number, word: string): Promise<string>;
}
const remote = proxyActivities<Work>({ startToCloseTimeout: '20s' });
const local = proxyLocalActivities<Work>({ startToCloseTimeout: '20s' });
const word = defineSignal<[string]>('word');
const ask = defineUpdate<string, [string]>('ask');
const nameOf = (error: unknown) => (error as Error).name;

/** Signals itself. */
export async function selfish(): Promise<string> {
  try {
    await getExternalWorkflowHandle(workflowInfo().workflowId).signal(word, 'me');
    return 'heard';
  } catch {
    return 'refused';
  }
}

/** Signals another one. */
export async function talkative(to: string): Promise<string> {
  try {
    await getExternalWorkflowHandle(to).signal(word, 'hello');
    return 'heard';
  } catch {
    return 'refused';
  }
}

/** Asks for a local activity and for another one at once, and writes down in which order it hears what. */
export async function holding(ms: number): Promise<string[]> {
  const heard: string[] = [];
  setHandler(word, (text) => {
    heard.push(text);
  });
  await Promise.all([
    remote.take(0, 'remote').then((text) => heard.push(text)),
    local.take(ms, 'local').then((text) => heard.push(text)),
  ]);
  await condition(() => heard.includes('late'), '10s');
  return heard;
}

/** Ends after a local activity with what it has heard until then. */
export async function hasty(ms: number): Promise<string[]> {
  const heard: string[] = [];
  setHandler(word, (text) => {
    heard.push(text);
  });
  heard.push(await local.take(ms, 'local'));
  return heard;
}

/** Continues as new after a local activity; the next run says what both have heard. */
export async function renewed(ms: number, before: string[] = []): Promise<string[]> {
  const heard = [...before];
  setHandler(word, (text) => {
    heard.push(text);
  });
  if (ms === 0) return heard;
  await local.take(ms, 'local');
  return continueAsNew<typeof renewed>(0, heard);
}

/** Sets a search attribute and continues as new. */
export async function marked(isFirst: boolean): Promise<string> {
  if (!isFirst) return 'next';
  upsertSearchAttributes([{ key: { name: 'Phase', type: 'KEYWORD' }, value: 'Verifying' }]);
  return continueAsNew<typeof marked>(false);
}

/** Writes down signals, updates and a timer in the order in which they are heard. */
export async function listening(): Promise<string[]> {
  const heard: string[] = [];
  setHandler(ask, (text) => {
    heard.push(`asked ${text}`);
    return `to ${text}`;
  });
  setHandler(word, (text) => {
    heard.push(`told ${text}`);
  });
  void sleep('300ms').then(() => heard.push('timer'));
  await condition(() => heard.length >= 5 && allHandlersFinished(), '30s');
  return heard;
}

/** A handler of a signal and one of an update that fail. */
export async function touchy(): Promise<string> {
  setHandler(word, (text) => {
    throw ApplicationFailure.nonRetryable(`no ${text}`, 'TOUCHY');
  });
  setHandler(ask, (text) => {
    throw ApplicationFailure.nonRetryable(`no answer to ${text}`, 'TOUCHY');
  });
  await sleep('20s');
  return 'slept';
}

/** Waits with a limit that it never reaches, cancels a timer, and starts a child whose id is taken. */
export async function busy(childId: string): Promise<string[]> {
  const seen: string[] = [];
  seen.push(String(await condition(() => true, '1h')));
  const scope = new CancellationScope();
  const slept = scope.run(() => sleep('1h')).catch(nameOf);
  await sleep(50);
  scope.cancel();
  seen.push(String(await slept));
  const options = { workflowId: childId, args: ['w'], parentClosePolicy: ParentClosePolicy.ABANDON };
  await startChild('talkative', options);
  seen.push(await startChild('talkative', options).then(() => 'started', nameOf));
  return seen;
}

/** Hands a text of that size to an activity. */
export async function wordy(size: number): Promise<string> {
  await remote.take(0, 'x'.repeat(size));
  return 'taken';
}

/** Gets a text of that size from an activity. */
export async function curious(size: number): Promise<string> {
  try {
    await proxyActivities<{ give(size: number): Promise<string> }>({
      startToCloseTimeout: '20s',
      retry: { maximumAttempts: 1 },
    }).give(size);
    return 'given';
  } catch (error) {
    return nameOf(error);
  }
}
