/** A sandbox that could not be set up: `message` says what failed and how a person can help. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}
