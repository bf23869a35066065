import { DomainError, InvalidRequest } from '@lakescope/server-http';
import type { QueryFailure } from '../query-record';

/** An export came to its end without a file, for a reason its owner is told. */
export class ExportFailed extends Error {
  constructor(readonly failure: QueryFailure) {
    super(failure.message);
    this.name = 'ExportFailed';
  }
}

export class ExportNotFound extends DomainError {
  constructor(exportId: string) {
    super({
      kind: 'not_found',
      code: 'NOT_FOUND',
      message: 'The query has no export of this id; exports are kept as long as their query.',
      details: { export_id: exportId },
    });
  }
}

export class TooManyExports extends DomainError {
  constructor(limit: number) {
    super({
      kind: 'rate_limited',
      code: 'RATE_LIMITED',
      message: `You have ${limit} exports under way, which is the most. Wait until one of them ends, or cancel one.`,
      details: { limit },
      retryAfterSeconds: 10,
    });
  }
}

/** Nobody said where the file is to go. */
export class NoDestination extends InvalidRequest {
  constructor() {
    super('Say in `destination` to which directory of a volume the file is to go, or keep one as export_destination.', [
      { path: 'destination', message: 'is required without the preference export_destination' },
    ]);
  }
}

/** The page has no rows that could be handed over, because it has not succeeded or the warehouse has dropped them. */
export class NoRowsToGive extends DomainError {
  constructor(why: string) {
    super({ kind: 'conflict', code: 'CONFLICT', message: `The query has no rows to give: ${why}. Run it again.` });
  }
}

export class ContentTooLarge extends DomainError {
  constructor(maximumBytes: number) {
    super({
      kind: 'too_large',
      code: 'PAYLOAD_TOO_LARGE',
      message: `The rows make more than ${maximumBytes} bytes. Export them to a volume instead.`,
      details: { max_size_bytes: maximumBytes },
    });
  }
}
