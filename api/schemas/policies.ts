import { z } from 'zod';
import { policyModes } from '../../domain/policy/mode.ts';

const largestText = 262_144;

/** What to lint: files as one set, or one text. */
export const lintSchema = z.union([
  z.strictObject({
    text: z.string().max(largestText).describe('Policies as YAML, several documents allowed.'),
    name: z.string().min(1).max(300).default('policies.yaml').describe('Name of the file in the findings.'),
  }),
  z.strictObject({
    files: z
      .array(z.strictObject({ name: z.string().min(1).max(300), text: z.string().max(largestText) }))
      .min(1)
      .max(200)
      .describe('Files that would be in force together.'),
  }),
]);

/** What lint found. */
export const findingsSchema = z.object({
  policies: z.int().describe('Policies that could be read.'),
  errors: z.int(),
  warnings: z.int(),
  findings: z
    .array(
      z.object({
        severity: z.enum(['error', 'warning']),
        code: z.string().describe('Stable; docs/reference/lint.md explains each.'),
        file: z.string(),
        line: z.int().optional().describe('From 1; absent when the whole file is meant.'),
        field: z.string().describe('spec.guards.cooldown; empty when the whole document is meant.'),
        message: z.string(),
        fix: z.string().describe('What to write instead.'),
      }),
    )
    .describe('In the order of files and lines.'),
});

/** Which cluster's policies. */
export const listingQuerySchema = z.object({
  cluster: z
    .string()
    .min(1)
    .max(2_048)
    .optional()
    .describe('Its name, or the label cluster of its alerts; default: the cluster of this api.'),
});

/** The policies of a cluster as its worker has them. */
export const listingSchema = z.object({
  cluster: z.string(),
  source: z.string().describe('Where they are read from.'),
  policies: z.array(
    z.object({
      name: z.string(),
      mode: z
        .enum(policyModes)
        .describe('The stricter of its own and the configuration’s; a namespace may allow less.'),
      alerts: z.array(z.string()).describe('The first 10, and how many more; of the namespaces the first 30.'),
      namespaces: z.array(z.string()),
      steps: z.array(z.string()).describe('Actions, mildest first.'),
    }),
  ),
  more: z.int().optional().describe('Policies in force that are left out because the list would be too large.'),
  refused: z
    .array(z.string())
    .describe('What is wrong with what was written last; empty: everything that was written is in force.'),
});
