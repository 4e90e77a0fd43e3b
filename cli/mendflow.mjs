#!/usr/bin/env node
// Runs the command line on a Node that is new enough: this one, or the one that node_modules brings. The npm package has
// main.js, the image main.ts; a checkout has sandbox/main.ts, which adds `mendflow sandbox`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const programs = ['./main.js', '../sandbox/main.ts', './main.ts'].map((path) => new URL(path, import.meta.url));
const main = programs.find((program) => existsSync(program)) ?? programs[0];

if (major > 22 || (major === 22 && minor >= 19)) {
  process.argv[1] = fileURLToPath(main);
  await import(main.href);
} else {
  const node = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', () => {
    console.error(
      `Mendflow needs Node 22.19 or newer; this is ${process.versions.node}. Install one; in a checkout, npm ci brings it.`,
    );
    process.exitCode = 1;
  });
  child.on('close', (code, signal) => {
    process.exitCode = code ?? 128 + (constants.signals[signal] ?? 0);
  });
}
