import type { IntakeToken } from './tokens.ts';

/** The secrets by which somebody is let in or believed. */
interface Secrets {
  api: { intakeTokens: readonly IntakeToken[]; tokens: readonly { name: string; token: string }[] };
  approval: { key: readonly { id: string; secret: string }[] };
  watcher: { token?: string | undefined };
}

/**
 * A fault for each two places that hold the same secret: whoever delivers alerts could answer as a person with it, or
 * sign approvals. Names both places, never the secret. The watcher's token is one of the intake's on purpose.
 */
export function sharedSecrets({ api, approval, watcher }: Secrets): string[] {
  const intake = placed('api.intakeTokens', api.intakeTokens);
  const rest = [
    ...placed('api.tokens', api.tokens),
    ...approval.key.map(({ id, secret }) => ({ place: `approval.key (${id})`, secret })),
  ];
  const own = watcher.token === undefined ? [] : [{ place: 'watcher.token', secret: watcher.token }];
  return [...sharedAmong([...intake, ...rest]), ...sharedAmong([...rest, ...own], own)];
}

interface Placed {
  place: string;
  secret: string;
}

const placed = (field: string, tokens: readonly { name: string; token: string }[]): Placed[] =>
  tokens.map(({ name, token }) => ({ place: `${field} (${name})`, secret: token }));

/** Only pairs whose later place is one of `later`, where that is given. */
function sharedAmong(secrets: readonly Placed[], later: readonly Placed[] = secrets): string[] {
  const first = new Map<string, Placed>();
  return secrets.flatMap((one) => {
    const other = first.get(one.secret);
    if (other === undefined) {
      first.set(one.secret, one);
      return [];
    }
    return later.includes(one) ? [`${one.place}: holds the same secret as ${other.place}; give each its own`] : [];
  });
}
