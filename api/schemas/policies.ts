import { z } from 'zod';

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
