import type { ErrorCode, Problem } from '@lakescope/contract';

/** Everything the API answers that is no success (RFC 9457). `code` is a closed list: switch on it. */
export class LakescopeProblem extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly correlationId: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'LakescopeProblem';
    this.code = problem.error_code;
    this.status = problem.status;
    this.correlationId = problem.correlation_id;
    this.retryAfterSeconds = problem.retry_after ?? undefined;
  }
}

/** An answer that Lakescope did not write: a proxy's sign-in page, a gateway that timed out. */
export class UnexpectedAnswer extends Error {
  constructor(
    readonly status: number,
    readonly contentType: string | undefined,
  ) {
    super(`Expected an answer of Lakescope, got status ${status} of type ${contentType ?? 'none'}`);
    this.name = 'UnexpectedAnswer';
  }
}

export async function failureOf(response: Response): Promise<LakescopeProblem | UnexpectedAnswer> {
  const type = response.headers.get('content-type') ?? undefined;
  if (type?.startsWith('application/problem+json') === true)
    return new LakescopeProblem((await response.json()) as Problem);
  await response.body?.cancel();
  return new UnexpectedAnswer(response.status, type);
}
