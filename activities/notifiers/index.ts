import type { Notifier } from './define-notifier.ts';
import webhook from './webhook.ts';

/** Every notifier there is: one file each, in the order of their names. */
export const notifiers: readonly Notifier[] = [webhook];
