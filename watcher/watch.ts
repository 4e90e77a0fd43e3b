import type { Pace } from '../activities/kubernetes/reflection.ts';
import { type Following, reflect } from '../activities/kubernetes/reflector.ts';
import type { Transport } from '../activities/kubernetes/transport.ts';
import type { MendflowError } from '../domain/run/errors.ts';
import type { Ledger } from './ledger.ts';
import { sightingOf } from './sightings.ts';
import type { Source } from './sources.ts';

/** What watching needs. */
export interface WatchDeps {
  transport: Pick<Transport, 'json' | 'lines'>;
  ledger: Ledger;
  now(): number;
  contact(source: Source): void;
  /** A source was listed whole. */
  listed(source: Source): void;
  trouble(source: Source, error: MendflowError, retryInMs: number): void;
  pace?: Partial<Pace>;
}

/** Small pages: what is read of one is dropped before the next one comes. */
const pageSize = 25;
/** How late a fault that was held, or that ended by itself, can be noticed. */
const lookEveryMs = 250;

/** Follows the sources and tells the ledger what concerns it, until closed. */
export function watch(sources: readonly Source[], deps: WatchDeps): Following {
  const clock = setInterval(() => deps.ledger.passTime(deps.now()), lookEveryMs);
  const followings = sources.map((source) => follow(source, deps));
  return {
    async close() {
      clearInterval(clock);
      await Promise.all(followings.map((following) => following.close()));
    },
  };
}

function follow(source: Source, deps: WatchDeps): Following {
  const { ledger, now } = deps;
  const { kind, path, query } = source;
  return reflect(
    deps.transport,
    {
      ...{ path, query, pageSize },
      read: (raw) => {
        const sighting = sightingOf(kind, raw);
        return sighting !== undefined && ledger.concerns(sighting, now()) ? sighting : undefined;
      },
    },
    {
      replaced: (sightings) => {
        ledger.seeAll(path, sightings, now());
        deps.listed(source);
      },
      set: (sighting) => ledger.see(path, sighting, now()),
      gone: ({ key }) => ledger.gone(key, now()),
      contact: () => deps.contact(source),
      trouble: (error, retryInMs) => deps.trouble(source, error, retryInMs),
    },
    deps.pace,
  );
}
