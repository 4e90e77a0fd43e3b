import { parentPort, workerData } from 'node:worker_threads';
import { actions } from '../activities/actions/index.ts';
import { lintFiles } from '../config/lint-files.ts';
import type { LintWork } from './lint-thread.ts';

// A thread of lint-thread.ts: it lints what it was started with, says what it found, and ends.
const { files, settings } = workerData as LintWork;
parentPort?.postMessage(lintFiles(files, { ...settings, actions }));
