import { quoted } from './faults.ts';

/** Whether a text is an absolute http or https URL. */
export const isWebAddress = (text: string): boolean => /^https?:$/.test(URL.parse(text)?.protocol ?? '');

/** What is wrong with a value that is none, as the end of a sentence that begins with where it stands. */
export const notWebAddress = (given: unknown): string =>
  given === undefined ? 'is required' : `must be an http or https URL, is ${quoted(given)}`;
