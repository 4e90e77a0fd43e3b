import type { RightsPart } from '../domain/analysis/rights.ts';
import { actions } from './actions/index.ts';
import { basePermissions, nodeEventPermissions, pausePermissions } from './kubernetes/permissions.ts';
import { policyPermissions } from './kubernetes/policy-resources.ts';

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The rights of the worker as deploy/rbac grants them, a file each. */
export const rightsParts = {
  base: { name: 'base', rules: basePermissions },
  pause: { name: 'pause', rules: pausePermissions },
  nodes: { name: 'nodes', rules: nodeEventPermissions },
  policies: { name: 'policies', rules: policyPermissions },
} as const satisfies Record<string, RightsPart>;

/** The same of each action. */
export const actionRights: readonly { name: string; part: RightsPart }[] = actions.map(({ name, permissions }) => ({
  name,
  part: { name: kebab(name), rules: permissions },
}));
