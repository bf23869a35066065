import { HttpErrorResponse } from '@angular/common/http';

/** What went wrong, as the API says it (RFC 9457), or as the browser had to conclude when no answer came. */
export interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly status: number;
  readonly code: string;
  readonly correlationId: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bodyOf(error: HttpErrorResponse): Record<string, unknown> {
  if (isRecord(error.error)) return error.error;
  if (typeof error.error !== 'string') return {};
  try {
    const parsed: unknown = JSON.parse(error.error);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

const text = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;

/** Whatever a request failed with, as one shape that a page can show. */
export function problemFrom(error: unknown): Problem {
  const cause = error instanceof Error && error.cause instanceof HttpErrorResponse ? error.cause : error;
  if (!(cause instanceof HttpErrorResponse)) {
    return {
      title: $localize`Something went wrong on this page`,
      detail: cause instanceof Error ? cause.message : String(cause),
      status: 0,
      code: 'CLIENT_ERROR',
      correlationId: undefined,
      details: {},
      retryAfterSeconds: undefined,
    };
  }
  if (cause.status === 0) {
    return {
      title: $localize`Lakescope cannot be reached`,
      detail: $localize`No answer came from the server. It may be restarting, or this device is offline.`,
      status: 0,
      code: 'UNREACHABLE',
      correlationId: undefined,
      details: {},
      retryAfterSeconds: undefined,
    };
  }
  const body = bodyOf(cause);
  return {
    title: text(body['title'], $localize`The request failed`),
    detail: text(body['detail'], $localize`The server answered with status ${cause.status}:status:.`),
    status: cause.status,
    code: text(body['error_code'], 'UNEXPECTED_ANSWER'),
    correlationId: text(body['correlation_id'], cause.headers.get('X-Correlation-ID') ?? '') || undefined,
    details: isRecord(body['technical_details']) ? body['technical_details'] : {},
    retryAfterSeconds: typeof body['retry_after'] === 'number' ? body['retry_after'] : undefined,
  };
}

/** What the server says of single fields, by their names. */
export function fieldProblems(details: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  const fields = details['fields'];
  if (!Array.isArray(fields)) return new Map();
  return new Map(
    fields.flatMap((field: unknown) => {
      if (typeof field !== 'object' || field === null) return [];
      const { path, message } = field as Record<string, unknown>;
      return typeof path === 'string' && typeof message === 'string' ? [[path, message] as const] : [];
    }),
  );
}
