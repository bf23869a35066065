/** Codes of a failed statement (Statement Execution API, `ServiceErrorCode`) that the engine itself gives. */
export type SqlErrorCode =
  'BAD_REQUEST' | 'NOT_FOUND' | 'ALREADY_EXISTS' | 'RESOURCE_EXHAUSTED' | 'ABORTED' | 'IO_ERROR' | 'INTERNAL_ERROR';

/** A statement that failed, in the platform's words: `[ERROR_CLASS] text. SQLSTATE: 42P01`. */
export class SqlFailure extends Error {
  override readonly name = 'SqlFailure';

  constructor(
    readonly errorClass: string,
    text: string,
    readonly sqlState: string,
    options: { errorCode?: SqlErrorCode; suffix?: string; cause?: unknown } = {},
  ) {
    super(`[${errorClass}] ${text} SQLSTATE: ${sqlState}${options.suffix ?? ''}`, { cause: options.cause });
    this.errorCode = options.errorCode ?? 'BAD_REQUEST';
  }

  readonly errorCode: SqlErrorCode;
}
