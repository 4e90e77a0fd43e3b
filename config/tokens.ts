import { z } from 'zod';
import { items } from './field.ts';
import { type SecretSources, secret, secretList } from './secret.ts';

const shortestToken = 16;
const tooShort = `a token has at least ${shortestToken} characters`;
const mostClusters = 500;

/** Who may deliver alerts, and of which clusters; where none is listed, of the configured cluster. */
export interface IntakeToken {
  name: string;
  token: string;
  clusters?: string[] | undefined;
}

const cluster = z.string().regex(/^[^\s,+=]{1,2048}$/, 'must be a cluster as the label cluster of its alerts names it');

/**
 * One entry of a list of intake tokens: `name=token`, `name@cluster+cluster=token`, or the token alone, which may end in
 * `=` as base64 does. A token alone is called by its place in the list.
 */
export function readIntakeToken(entry: string, index = 0): IntakeToken {
  const [, name, clusters, token = ''] = /^([A-Za-z0-9._-]{1,64})(?:@([^=]*))?=(.*)$/.exec(entry) ?? [];
  if (name === undefined || /^=*$/.test(token)) return { name: `intake-${index + 1}`, token: entry };
  return { name, token, ...(clusters === undefined ? {} : { clusters: clusters.split('+') }) };
}

/** Tokens of the intake: as one text with commas, or as a list whose entries are such texts or say their parts by name. */
export function intakeTokens(sources: SecretSources) {
  const inParts = z.strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be a name such as alertmanager-eu')
      .describe('Who delivers with it; in metrics, logs and messages.'),
    token: secret(sources).describe('The bearer token.'),
    clusters: z.array(cluster).min(1).max(mostClusters).optional().describe('Clusters that its alerts may speak of.'),
  });
  return z
    .union([z.array(z.union([z.string().min(1), inParts])), secret(sources)])
    .transform((given): IntakeToken[] =>
      (typeof given === 'string' ? items(given) : given).map((entry, index) =>
        typeof entry === 'string' ? readIntakeToken(entry, index) : entry,
      ),
    )
    .superRefine((tokens, context) => {
      for (const { token, clusters = [] } of tokens) {
        const wrong = clusters.find((name) => !cluster.safeParse(name).success);
        if (token.length < shortestToken) context.addIssue({ code: 'custom', message: tooShort });
        if (wrong !== undefined) context.addIssue({ code: 'custom', message: 'a cluster of a token has no name' });
      }
    });
}

/** Tokens of people; each needs a name, because it is who answers. */
export const namedTokens = (sources: SecretSources) =>
  secretList(sources).transform((entries, context): { name: string; token: string }[] =>
    entries.map((entry) => {
      const [, name = '', token = ''] = /^([A-Za-z0-9._@-]{1,64})=(.+)$/.exec(entry) ?? [];
      const message = name === '' ? 'each token is written name=token; the name is who answers' : tooShort;
      if (token.length < shortestToken) context.issues.push({ code: 'custom', input: undefined, message });
      return { name, token };
    }),
  );
