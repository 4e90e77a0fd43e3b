/** Part of an entry of package-lock.json. */
export interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

/** What a platform package runs on, read from its name. */
export function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'>;

/** Entries that the lockfile's packages name as optional and that it does not hold, keyed by path. */
export function missingEntries(packages: Record<string, LockEntry>): Record<string, LockEntry>;
