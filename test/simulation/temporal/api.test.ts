import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as activity from '../../../simulation/temporal/activity.ts';
import * as workflow from '../../../simulation/temporal/workflow.ts';

const root = join(import.meta.dirname, '..', '..', '..');

/** The names that the sources of a folder import, types aside, from the package. */
function imported(folder: string, from: string): string[] {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const lists = paths.flatMap((path) => {
    const text = readFileSync(join(root, folder, path), 'utf8');
    return [...text.matchAll(new RegExp(`import \\{([^}]*)\\} from '${from}'`, 'g'))].map(([, list = '']) => list);
  });
  const names = lists.flatMap((list) => list.split(',')).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== '' && !name.startsWith('type ')))].sort();
}

describe('our own Temporal', () => {
  it.each([
    ['workflows', '@temporalio/workflow', workflow],
    ['activities', '@temporalio/activity', activity],
  ])('has every name that %s import from %s', (folder, from, ours) => {
    const names = imported(folder, from);
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((name) => !(name in ours))).toEqual([]);
  });
});
