/** A server with one worker, real or simulated, as the scenarios see it. */
export interface BothBench {
  start(workflow: string, id: string, ...args: unknown[]): Promise<void>;
  /** What became of it: `ok`, or the name of the error. */
  signal(id: string, name: string, ...args: unknown[]): Promise<string>;
  /** The answer, or the innermost message of the failure. */
  update(id: string, name: string, ...args: unknown[]): Promise<string>;
  pass(ms: number): Promise<void>;
  /** How the chain of runs ended: its status and its result. */
  end(id: string): Promise<{ status: string; result?: unknown }>;
  /** Its Keyword search attributes. */
  attributes(id: string): Promise<Record<string, unknown>>;
  /** Types of the events of the latest run, without the prefix. */
  events(id: string): Promise<string[]>;
  /** The worker is away; what arrives meanwhile waits for it. */
  away<T>(work: () => Promise<T>): Promise<T>;
  /** How often the activity with that word has run. */
  runs(word: string): number;
}

/** What is done on both servers; everything that it gives back must be the same on both. */
export const scenarios: Record<string, (bench: BothBench) => Promise<unknown>> = {
  async 'a signal to oneself is refused'(bench) {
    await bench.start('selfish', 'selfish');
    return [await bench.end('selfish'), await bench.events('selfish')];
  },
  async 'a signal to a run that has ended is refused, from a client and from a workflow'(bench) {
    await bench.start('hasty', 'ended', 0);
    await bench.end('ended');
    await bench.start('talkative', 'talkative', 'ended');
    const words = [await bench.signal('ended', 'word', 'late'), await bench.end('talkative')];
    return [words, await bench.events('talkative')];
  },
  async 'a local activity holds the task: what came meanwhile and what was asked for come after it'(bench) {
    await bench.start('holding', 'holding', 1_000);
    await bench.pass(300);
    await bench.signal('holding', 'word', 'late');
    return [await bench.end('holding'), await bench.events('holding')];
  },
  async 'a run that wants to end is asked again when a message came'(bench) {
    await bench.start('hasty', 'hasty', 900);
    await bench.pass(300);
    await bench.signal('hasty', 'word', 'late');
    return [await bench.end('hasty'), bench.runs('local'), await bench.events('hasty')];
  },
  async 'so is a run that wants to continue as new'(bench) {
    await bench.start('renewed', 'renewed', 900);
    await bench.pass(300);
    await bench.signal('renewed', 'word', 'late');
    return [await bench.end('renewed'), await bench.events('renewed')];
  },
  async 'a run that continues as new keeps its search attributes'(bench) {
    await bench.start('marked', 'marked', true);
    return [await bench.end('marked'), await bench.attributes('marked')];
  },
  async 'what waited for the worker is heard at once: signals first, then updates, then timers'(bench) {
    await bench.start('listening', 'listening');
    await bench.pass(100);
    const answers = await bench.away(async () => {
      const first = bench.update('listening', 'ask', 'a');
      await bench.pass(100);
      const signal = await bench.signal('listening', 'word', 'b');
      const second = bench.update('listening', 'ask', 'c');
      await bench.pass(600);
      const last = await bench.signal('listening', 'word', 'd');
      return { first, second, signal, last };
    });
    const end = await bench.end('listening');
    return [await answers.first, await answers.second, answers.signal, answers.last, end];
  },
  async 'an update that nobody knows, or whose handler fails, is refused; the run goes on'(bench) {
    await bench.start('touchy', 'touchy');
    await bench.pass(100);
    const answers = [bench.update('touchy', 'odd', 'a'), bench.update('touchy', 'ask', 'b')];
    await bench.pass(300);
    return [await Promise.all(answers), await bench.events('touchy')];
  },
  async 'a handler of a signal that throws a failure ends the run'(bench) {
    await bench.start('touchy', 'touched');
    await bench.pass(100);
    await bench.signal('touched', 'word', 'b');
    return [await bench.end('touched'), await bench.events('touched')];
  },
  async 'a timer that is cancelled in the same task leaves no event; a child’s id is taken once'(bench) {
    await bench.start('busy', 'busy', 'child-of-busy');
    const end = await bench.end('busy');
    const events = await bench.events('busy');
    // The child may end before its parent asks for the other one, or after.
    return [end, events.filter((type) => type.startsWith('TIMER') || type.startsWith('START_CHILD'))];
  },
  async 'a result of more than 2 MB fails its activity'(bench) {
    await bench.start('curious', 'curious', 2_200_000);
    return bench.end('curious');
  },
  async 'an input of more than 2 MB terminates its run'(bench) {
    await bench.start('wordy', 'wordy', 2_200_000);
    return bench.end('wordy');
  },
};

/** The innermost message of a failure; a run that is not there has one of its own. */
export function wordsOf(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  const { name, message } = deepest as Error;
  return /not ?found/i.test(`${name} ${message}`) || /already completed/i.test(message) ? 'not found' : message;
}
