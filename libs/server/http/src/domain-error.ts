import type { ErrorCode } from './error-codes';

export type DomainErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'precondition'
  | 'too_large'
  | 'unsupported_media_type'
  | 'range'
  | 'unprocessable'
  | 'rate_limited'
  | 'unavailable'
  | 'upstream'
  | 'timeout';

export interface DomainErrorOptions {
  kind: DomainErrorKind;
  code: ErrorCode;
  /** A sentence for people, safe to show: no token, no password, no upstream stack trace. */
  message: string;
  /**
   * What somebody else's program said, for the person who asked and for nobody else: it follows the message in the answer and stays out of the
   * log, because it may repeat what it was asked with.
   */
  quote?: string;
  /** What a developer needs; becomes `technical_details`. */
  details?: Readonly<Record<string, unknown>>;
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** Something that went wrong in the domain's own words. One filter turns it into HTTP. */
export abstract class DomainError extends Error {
  readonly kind: DomainErrorKind;
  readonly code: ErrorCode;
  readonly quote: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(options: DomainErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    // In the bundle a class that speaks of itself has an underscore before its name.
    this.name = new.target.name.replace(/^_/, '');
    this.kind = options.kind;
    this.code = options.code;
    this.quote = options.quote;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
