import { DomainError } from '@lakescope/server-http';

/** The query cannot be run as asked: a column it has not, a value that does not fit. */
export class InvalidQuery extends DomainError {
  constructor(message: string, path?: string) {
    super({
      kind: 'invalid',
      code: 'INVALID_QUERY',
      message,
      details: { fields: path === undefined ? [] : [{ path, message }] },
    });
  }
}

/** The caller has no query of this id. */
export class QueryNotFound extends DomainError {
  constructor(queryId: string) {
    super({
      kind: 'not_found',
      code: 'NOT_FOUND',
      message: 'You have no query of this id; queries are kept for 30 days.',
      details: { query_id: queryId },
    });
  }
}

/** Each person may have so many under way. */
export class TooManyQueries extends DomainError {
  constructor(limit: number, running: readonly string[]) {
    super({
      kind: 'rate_limited',
      code: 'RATE_LIMITED',
      message: `You have ${running.length} queries under way, and ${limit} is the most. Wait until one of them ends, or cancel one.`,
      details: { limit, running },
      retryAfterSeconds: 5,
    });
  }
}

/** The warehouse refuses every way to get results that the app knows. */
export class NoWayToGetResults extends DomainError {
  constructor(warehouseId: string, cause: unknown) {
    super({
      kind: 'upstream',
      code: 'UPSTREAM_ERROR',
      message: `The SQL warehouse ${warehouseId} gives results neither as JSON nor as Arrow. Ask an administrator for another warehouse.`,
      details: { warehouse_id: warehouseId },
      cause,
    });
  }
}
