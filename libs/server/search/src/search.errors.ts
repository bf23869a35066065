import { DomainError } from '@lakescope/server-http';

/** A place did not say in time what it has. */
export class SearchTooSlow extends DomainError {
  constructor(what: string, patienceMs: number) {
    super({
      kind: 'timeout',
      code: 'UPSTREAM_TIMEOUT',
      message: `${what} could not be searched within ${patienceMs / 1000} seconds; search again in a moment`,
      details: { deadline_ms: patienceMs },
    });
  }
}
