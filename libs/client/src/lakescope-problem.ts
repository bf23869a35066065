import type { ErrorCode, Problem } from '@lakescope/contract';
import type { DetailsByCode } from './generated/operations';
import { retryAfterOf } from './retry-after';

/** `technical_details` of a problem with this code: typed where the contract knows them, else a name for the kind of error. */
export type ProblemDetails<Code extends ErrorCode = ErrorCode> = {
  error_type: string;
} & (Code extends keyof DetailsByCode ? DetailsByCode[Code] : { readonly [name: string]: unknown });

/** One member of the union `LakescopeProblem`: what the API answers with this code. */
export interface LakescopeProblemOf<Code extends ErrorCode> extends Error {
  readonly name: 'LakescopeProblem';
  readonly code: Code;
  readonly status: number;
  /** What a developer needs; which properties there are depends on `code`. */
  readonly details: ProblemDetails<Code>;
  /** Finds the request in the server's log. */
  readonly correlationId: string;
  readonly retryAfterSeconds: number | undefined;
  /** The whole problem document. */
  readonly problem: Problem;
}

/**
 * Everything the API answers that is no success (RFC 9457). `code` is a closed list: compare it, and `details` has the type of that
 * code.
 */
export type LakescopeProblem = { [Code in ErrorCode]: LakescopeProblemOf<Code> }[ErrorCode];

class ProblemError extends Error {
  override readonly name = 'LakescopeProblem';
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: Problem['technical_details'];
  readonly correlationId: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly problem: Problem,
    retryAfterSeconds?: number,
  ) {
    super(problem.detail);
    this.code = problem.error_code;
    this.status = problem.status;
    this.details = problem.technical_details;
    this.correlationId = problem.correlation_id;
    this.retryAfterSeconds = problem.retry_after ?? retryAfterSeconds;
  }
}

/** For `error instanceof LakescopeProblem`. */
export const LakescopeProblem = ProblemError as unknown as new (
  problem: Problem,
  retryAfterSeconds?: number,
) => LakescopeProblem;

/** An answer that Lakescope did not write: a proxy's sign-in page, a gateway that timed out. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';

  constructor(
    readonly status: number,
    readonly contentType: string | undefined,
    readonly retryAfterSeconds?: number,
    options?: ErrorOptions,
  ) {
    super(`Expected an answer of Lakescope, got status ${status} of type ${contentType ?? 'none'}`, options);
  }
}

/** No answer, or not all of it: the app cannot be reached, or the connection was lost. `cause` says how. */
export class ConnectionFailure extends Error {
  override readonly name = 'ConnectionFailure';
}

/** What an answer says that is no success. */
export function failureOf(response: Response, text: string): LakescopeProblem | UnexpectedAnswer {
  const type = response.headers.get('content-type') ?? undefined;
  const retryAfter = retryAfterOf(response.headers);
  const problem = type?.startsWith('application/problem+json') === true ? parsed(text) : undefined;
  return problem === undefined
    ? new UnexpectedAnswer(response.status, type, retryAfter)
    : new LakescopeProblem(problem, retryAfter);
}

/** Proxies on the way write problem documents of their own, without a code. */
function parsed(text: string): Problem | undefined {
  try {
    const problem = JSON.parse(text) as Partial<Problem> | null;
    return typeof problem?.error_code === 'string' && typeof problem.detail === 'string'
      ? ({ technical_details: {}, correlation_id: '', ...problem } as Problem)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
