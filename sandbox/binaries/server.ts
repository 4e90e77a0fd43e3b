/** Where a published checksum stands: a file beside the release, or GitHub's own record of a release asset. */
export type Checksum = { file: string } | { githubRelease: string; asset: string };

/** An official release file: the program itself, or an archive that holds it under the server's command name. */
export interface Release {
  url: string;
  checksum: Checksum;
}

/** `linux` or `darwin`, `amd64` or `arm64`, as release files call them. */
export interface Platform {
  os: string;
  arch: string;
}

/** How a server can be made with the local toolchain; nothing is installed on the system, and nothing of it is needed. */
export type Recipe =
  /** `moduleVersion` where the module is numbered otherwise than its releases; without `ldflags` symbols are left out. */
  | { kind: 'go-install'; module: string; moduleVersion?: string; tags?: string; ldflags?: string }
  | { kind: 'go-build'; package: string; ldflags: string }
  | { kind: 'maven'; group: string; artifact: string; mainClass: string };

/** A server of the sandbox: one version, and every way to get it. */
export interface Server {
  name: string;
  version: string;
  /** Names under which it may stand on PATH. */
  commands: readonly string[];
  /** Arguments that print its version. */
  versionArgs: readonly string[];
  /** Whether what it printed is a version that fits. */
  fits(printed: string): boolean;
  /** Undefined where nothing is published for the platform. */
  release(platform: Platform): Release | undefined;
  recipe: Recipe;
}
