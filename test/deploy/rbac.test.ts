import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { actions } from '../../activities/actions/index.ts';
import { basePermissions } from '../../activities/kubernetes/permissions.ts';
import type { Permission } from '../../domain/policy/action.ts';
import { rbacFiles } from '../../scripts/rbac/roles.ts';
import { watcherPermissions } from '../../watcher/sources.ts';

const folder = join(import.meta.dirname, '../../deploy/rbac');
const files = readdirSync(folder);
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

interface Role {
  metadata: { name: string };
  rules: Permission[];
}
const rolesOf = (file: string): Role[] =>
  parseAllDocuments(readFileSync(join(folder, file), 'utf8')).flatMap((document) => (document.toJS() as Role) ?? []);
const rulesOf = (file: string) => rolesOf(file).flatMap(({ rules }) => rules);

describe('the rights of worker and watcher', () => {
  it('have a file for what all need, one for each thing that not all use, and one for each action', () => {
    const wanted = ['base', 'pause', 'nodes', 'policies', 'watcher', ...actions.map(({ name }) => kebab(name))].map(
      (name) => `${name}.yaml`,
    );
    expect(files.sort()).toEqual(wanted.sort());
    expect(Object.keys(rbacFiles).map((path) => path.split('/').at(-1))).toEqual(expect.arrayContaining(wanted));
  });

  it.each(actions)('of $name are exactly those that it declares', ({ name, permissions }) => {
    const rules = rulesOf(`${kebab(name)}.yaml`);
    expect(rules).toHaveLength(permissions.length);
    const declared = permissions.map(({ apiGroups, resources, verbs }) => ({ apiGroups, resources, verbs }));
    expect(rules).toEqual(expect.arrayContaining(declared));
  });

  it('of the pause switch read ConfigMaps, and nothing else', () => {
    expect(rulesOf('pause.yaml')).toEqual([{ apiGroups: [''], resources: ['configmaps'], verbs: ['get'] }]);
  });

  it('of policies about nodes are events in the namespace default', () => {
    expect(readFileSync(join(folder, 'nodes.yaml'), 'utf8')).toContain('in the namespace default');
    expect(rulesOf('nodes.yaml').map(({ resources, verbs }) => [resources, verbs])).toEqual([
      [['events'], ['list']],
      [['events'], ['create']],
    ]);
  });

  it('of the watcher are to list and to watch what it declares', () => {
    expect(rulesOf('watcher.yaml')).toEqual(expect.arrayContaining([...watcherPermissions]));
    expect(rulesOf('watcher.yaml')).toHaveLength(watcherPermissions.length);
  });

  it('begin with reading, and events of our own', () => {
    const verbs = new Set(rulesOf('base.yaml').flatMap((rule) => rule.verbs));
    expect(rulesOf('base.yaml')).toHaveLength(basePermissions.length);
    expect([...verbs].sort()).toEqual(['create', 'get', 'list']);
    const written = rulesOf('base.yaml').filter((rule) => rule.verbs.includes('create'));
    expect(written).toEqual([{ apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] }]);
  });

  const never = ['secrets', 'pods/exec', 'pods/attach', 'pods/portforward', 'serviceaccounts/token'];

  it.each(files)('in %s name everything, and never secrets, shells or the rights of others', (file) => {
    const isTooMuch = ({ apiGroups, resources, verbs }: ReturnType<typeof rulesOf>[number]) =>
      [...apiGroups, ...resources, ...verbs].includes('*') ||
      resources.some((resource) => never.includes(resource)) ||
      verbs.some((verb) => ['escalate', 'bind', 'impersonate'].includes(verb));
    expect(rulesOf(file).filter(isTooMuch)).toEqual([]);
  });

  it('are granted for the whole cluster only where a namespace cannot', () => {
    const wide = files.flatMap(rolesOf).filter(({ metadata }) => metadata.name.endsWith('-cluster'));
    const verbs = wide.flatMap(({ rules }) => rules).flatMap((rule) => rule.verbs);
    expect(wide.length).toBeGreaterThan(0);
    expect(verbs).not.toContain('delete');
  });
});
