import type { PolicyResources } from '../../activities/kubernetes/policy-resources.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { CallAfter } from '../call-after.ts';
import type { Standing } from './standing.ts';
import { type Counted, nothingCounted, saidBy, statusOf } from './status.ts';

/** What the writing needs of the world. */
export interface WriteBackDeps {
  writeStatus: PolicyResources['writeStatus'];
  /** Why nothing acts at the moment; undefined when it may. While it rejects, the last answer stands. */
  pausedWhy(): Promise<string | undefined>;
  /** A status could not be written; it is tried again. */
  trouble(policy: string, error: MendflowError): void;
  /** Unix ms. */
  now(): number;
  after: CallAfter;
}

/** Writes the statuses of the policies: only what differs, and never in a hurry. */
export interface WriteBack {
  /** How all policies stand now; of those that are missing nothing is written any more. */
  update(standings: ReadonlyMap<string, Standing>): void;
  /** Counts a run that the policy drove, or an act under it. A policy that is not known is not counted. */
  count(policy: string, what: 'matched' | 'acted'): void;
  /** Writes what was counted, once, and stops. */
  close(): Promise<void>;
}

/** Counters are gathered for so long. */
const countersEveryMs = 10_000;
/** A pause shows in the status after so long. */
const pauseEveryMs = 15_000;
/** The same words again, because the write failed or somebody else wrote others: first after this, then doubled. */
const firstWaitMs = 1_000;
const longestWaitMs = 300_000;

/** One policy's status, in the making. */
interface Page {
  standing: Standing;
  counted: Counted;
  /** What we last said, how often in a row, and when. */
  said: string;
  tries: number;
  writtenAtMs: number;
  writing: Promise<void> | undefined;
  cancel: () => void;
  /** The policy is gone, or we stop: nothing is begun any more. */
  isOver: boolean;
}

interface Desk extends WriteBackDeps {
  /** The last answer of `pausedWhy`. */
  paused: string | undefined;
}

/** Begins with no policy; see `update`. */
export function openWriteBack(deps: WriteBackDeps): WriteBack {
  const pages = new Map<string, Page>();
  const desk: Desk = { ...deps, paused: undefined };
  let isClosed = false;
  let stopAsking = () => {};
  const askForPause = async () => {
    // Nothing acts that the guard does not grant: a status that is behind does no harm.
    desk.paused = await deps.pausedWhy().catch(() => desk.paused);
    if (isClosed) return;
    for (const page of pages.values()) consider(page, desk);
    stopAsking = deps.after(pauseEveryMs, () => void askForPause());
  };
  void askForPause();
  return {
    update(standings) {
      if (isClosed) return;
      for (const [name, page] of pages) {
        if (standings.get(name)?.resource.uid === page.standing.resource.uid) continue;
        end(page);
        pages.delete(name);
      }
      for (const [name, standing] of standings) {
        const page = pages.get(name) ?? emptyPage(standing);
        page.standing = standing;
        pages.set(name, page);
        consider(page, desk);
      }
    },
    count(policy, what) {
      const page = pages.get(policy);
      if (page === undefined || isClosed) return;
      page.counted = { ...page.counted, [what]: page.counted[what] + 1 };
      if (what === 'matched') page.counted.lastMatchedAtMs = deps.now();
      consider(page, desk);
    },
    async close() {
      isClosed = true;
      stopAsking();
      for (const page of pages.values()) end(page);
      await Promise.all([...pages.values()].map((page) => writeLast(page, desk)));
    },
  };
}

function emptyPage(standing: Standing): Page {
  const never = Number.NEGATIVE_INFINITY;
  return {
    ...{ standing, counted: nothingCounted, said: '', tries: 0, writtenAtMs: never },
    ...{ writing: undefined, cancel: () => undefined, isOver: false },
  };
}

function end(page: Page): void {
  page.isOver = true;
  page.cancel();
}

const isCounted = ({ counted }: Page) => counted.matched > 0 || counted.acted > 0;

function wanted({ standing, counted }: Page, desk: Desk) {
  const status = statusOf(standing, { pausedWhy: desk.paused, counted, nowMs: desk.now() });
  return { status, says: saidBy(status), isSaid: saidBy(status) === saidBy(standing.resource.status) };
}

/** Writes the page now, later, or not at all. */
function consider(page: Page, desk: Desk): void {
  if (page.writing !== undefined || page.isOver) return;
  page.cancel();
  const { says, isSaid } = wanted(page, desk);
  if (isSaid && !isCounted(page)) return;
  const restMs = isSaid ? countersEveryMs : says === page.said ? waitMs(page.tries) : 0;
  const delayMs = page.writtenAtMs + restMs - desk.now();
  if (delayMs > 0) page.cancel = desk.after(delayMs, () => consider(page, desk));
  else page.writing = write(page, desk).then(() => consider(page, desk));
}

const waitMs = (tries: number) => Math.min(longestWaitMs, firstWaitMs * 2 ** Math.max(0, tries - 1));

async function write(page: Page, desk: Desk): Promise<void> {
  const { standing, counted } = page;
  const { status, says, isSaid } = wanted(page, desk);
  page.writtenAtMs = desk.now();
  if (!isSaid) {
    page.tries = says === page.said ? page.tries + 1 : 1;
    page.said = says;
  }
  try {
    const resource = await desk.writeStatus(standing.resource, status);
    // Unless the watch has brought something newer.
    if (page.standing === standing) page.standing = { ...standing, resource };
    page.counted = {
      ...page.counted,
      ...{ matched: page.counted.matched - counted.matched, acted: page.counted.acted - counted.acted },
    };
  } catch (error) {
    if (!isOvertaken(error)) desk.trouble(standing.resource.name, error as MendflowError);
  } finally {
    page.writing = undefined;
  }
}

/** The resource changed or went away since we read it; the watch will say so. */
function isOvertaken(error: unknown): boolean {
  const codes = ['CONFLICT', 'TARGET_GONE', 'TARGET_REPLACED'];
  return error instanceof MendflowError && codes.includes(error.code);
}

async function writeLast(page: Page, desk: Desk): Promise<void> {
  await page.writing;
  if (isCounted(page)) await write(page, desk);
}
