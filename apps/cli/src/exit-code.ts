/** What the process ends with; documented in docs/operations.md. */
export const EXIT = {
  ok: 0,
  /** Something is not set up, or the command could not do what it was asked. */
  failed: 1,
  /** The command line cannot be used as it is. */
  usage: 2,
  /** What was looked after is not as it must be: metrics whose raw rows and tiers disagree. */
  wrong: 2,
  /** Interrupted at a question (Ctrl-C). */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A failure that is a sentence for people: printed without a stack. */
export class CommandFailed extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CommandFailed';
  }
}
