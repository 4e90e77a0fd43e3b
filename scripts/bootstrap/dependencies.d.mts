/** Is every package that package-lock.json names in node_modules, at its version? */
export function isInstalled(
  wanted?: Record<string, { version?: string; optional?: boolean }>,
  record?: string,
): boolean;

/** Runs `npm ci`, with a line at least every 5 s; false when it fails, after saying why. */
export function install(): Promise<boolean>;
