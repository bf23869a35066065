import type { IncomingMessage } from 'node:http';
import { ERROR_CODES, type ErrorCode } from './error-codes';
import type { ProblemDto } from './problem.dto';

/** What went wrong, before it is tied to a request. */
export interface Failure {
  code: ErrorCode;
  detail: string;
  /** What the log says in place of the detail. */
  reason?: string;
  errorType: string;
  details?: Readonly<Record<string, unknown>>;
  retryAfterSeconds?: number | undefined;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** How a problem is written to whoever asked. */
export type ProblemForm = (request: IncomingMessage, problem: ProblemDto) => { type: string; body: unknown };

export const asProblem: ProblemForm = (_request, problem) => ({ type: PROBLEM_TYPE, body: problem });

export function problemOf(failure: Failure, correlationId: string, path: string): ProblemDto {
  const { status, title } = ERROR_CODES[failure.code];
  return {
    type: `/docs/errors#${failure.code}`,
    title,
    status,
    detail: failure.detail,
    instance: path,
    error_code: failure.code,
    correlation_id: correlationId,
    technical_details: { ...failure.details, error_type: failure.errorType },
    retry_after: failure.retryAfterSeconds ?? null,
  };
}

/** A path without its query: queries carry names of files and tables, which do not belong into every log and answer. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
