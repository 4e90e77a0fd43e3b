import { styleText } from 'node:util';

/** One piece of work that is shown while it runs; `done` or `failed` ends it. */
export interface Step {
  /** Replaces the detail shown beside the step's name. */
  tell(detail: string): void;
  done(result?: string): void;
  failed(reason: string): void;
}

/** Where set-up work is shown; several steps may run at once. */
export interface Progress {
  begin(name: string): Step;
  /** Writes one line without disturbing the steps in hand. */
  say(line: string): void;
  /** Forgets every running step and frees the timer. */
  close(): void;
}

/** Shows nothing. */
export const silent: Progress = {
  begin: () => ({ tell: () => undefined, done: () => undefined, failed: () => undefined }),
  say: () => undefined,
  close: () => undefined,
};

interface Running {
  name: string;
  detail: string;
  startedMs: number;
  /** When a plain line was last written for it. */
  saidMs: number;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** `3.4 s`, `2 min 05 s`. */
export function elapsed(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/** The part of a stream that progress needs; `process.stderr` is one. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** Shows a moving line on a terminal, and elsewhere one line per step at its start, every 8 s, and at its end. */
export function progressOn(output: Output, nowMs: () => number = Date.now): Progress {
  const running = new Set<Running>();
  const isTerminal = output.isTTY === true;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;

  const clear = () => isTerminal && output.write('\r\u001b[2K');
  const line = (text: string) => {
    clear();
    output.write(`${text}\n`);
  };
  const describe = (step: Running) =>
    `${step.name} ${elapsed(nowMs() - step.startedMs)}${step.detail === '' ? '' : ` (${step.detail})`}`;
  const tick = () => {
    if (isTerminal) {
      const text = [...running].map(describe).join(' · ');
      frame = (frame + 1) % frames.length;
      clear();
      output.write(`${frames[frame]} ${text}`.slice(0, (output.columns ?? 80) - 1));
      return;
    }
    for (const step of running) {
      if (nowMs() - step.saidMs < 8_000) continue;
      step.saidMs = nowMs();
      line(`  … ${describe(step)}`);
    }
  };
  const end = (step: Running, mark: string, result: string) => {
    if (!running.delete(step)) return;
    line(
      `${mark} ${step.name}${result === '' ? '' : ` ${result}`} ${styleText('dim', elapsed(nowMs() - step.startedMs))}`,
    );
    if (running.size === 0) stopTimer();
  };
  const stopTimer = () => {
    clearInterval(timer);
    timer = undefined;
  };

  return {
    begin(name) {
      const step: Running = { name, detail: '', startedMs: nowMs(), saidMs: nowMs() };
      running.add(step);
      timer ??= setInterval(tick, isTerminal ? 100 : 1_000).unref();
      return {
        tell: (detail) => {
          step.detail = detail;
        },
        done: (result = '') => end(step, styleText('green', '✓'), result),
        failed: (reason) => end(step, styleText('red', '✗'), reason),
      };
    },
    say: line,
    close() {
      clear();
      running.clear();
      stopTimer();
    },
  };
}
