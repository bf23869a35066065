import type { PlatformError } from '@lakescope/databricks-client';
import { DomainError } from '@lakescope/server-http';

/** There is no such endpoint, or the caller may not see it. */
export class EndpointNotFound extends DomainError {
  constructor(name: string, cause: PlatformError) {
    super({
      kind: 'not_found',
      code: 'ENDPOINT_NOT_FOUND',
      message: `There is no serving endpoint ${JSON.stringify(name)}, or you may not see it`,
      details: { endpoint_name: name },
      cause,
    });
  }
}
