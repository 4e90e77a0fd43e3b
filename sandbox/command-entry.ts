import type { CommandEntry } from '../cli/command-entry.ts';

/** `mendflow sandbox`, for the command line of a checkout (`main.ts`); its code is loaded only when it is called. */
export const sandboxEntry: CommandEntry = {
  name: 'sandbox',
  group: 'Run',
  summary: 'Temporal and a Kubernetes cluster on this machine, without containers',
  examples: [
    ['mendflow sandbox', 'start it'],
    ['eval "$(mendflow sandbox env)"', 'point this shell at it'],
  ],
  load: async () => (await import('./command.ts')).sandboxCommand,
};
