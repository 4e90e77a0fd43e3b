/** What a policy may do, strictest first. */
export const policyModes = ['Observe', 'DryRun', 'Approve', 'Auto'] as const;
export type PolicyMode = (typeof policyModes)[number];
