/** Calls back after so many milliseconds, unless what it returns is called before. */
export type CallAfter = (ms: number, then: () => void) => () => void;

/** By a timer that keeps no process alive. */
export const callAfter: CallAfter = (ms, then) => {
  const timer = setTimeout(then, ms).unref();
  return () => clearTimeout(timer);
};
