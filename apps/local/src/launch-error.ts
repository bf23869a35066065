/** The local workspace cannot start, for a reason the person at the terminal can do something about: one line, no stack. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
}
