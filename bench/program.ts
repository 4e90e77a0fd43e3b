import { type Progress, progressOn } from '../sandbox/progress.ts';
import { SandboxError } from '../sandbox/sandbox-error.ts';
import { stopSignal } from '../sandbox/stop-signal.ts';

/** Anything that was opened and must be closed. */
interface Open {
  stop(): Promise<void>;
}

/**
 * Opens a test bed, measures in it and closes it, whatever happens; Ctrl-C closes it too. `measure` prints and says
 * whether what must never be wrong was right: that is the exit code.
 */
export async function runProgram<Bed extends Open>(
  open: (progress: Progress) => Promise<Bed>,
  measure: (bed: Bed, progress: Progress) => Promise<boolean>,
): Promise<void> {
  const progress = progressOn(process.stderr);
  let bed: Bed | undefined;
  void stopSignal().then(async () => {
    await bed?.stop();
    process.exit(130);
  });
  try {
    bed = await open(progress);
    process.exitCode = (await measure(bed, progress)) ? 0 : 1;
  } catch (error) {
    console.error(error instanceof SandboxError ? `\n${error.message}` : error);
    process.exitCode = 1;
  } finally {
    await bed?.stop();
  }
}
