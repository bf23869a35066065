import { DomainError } from '@lakescope/server-http';
import type { LakebaseNotConfigured } from '@lakescope/server-persistence';

/** Somebody may connect a database meanwhile; a browser that keeps its events has no reason to ask more often. */
const UNTIL_CONFIGURED_SECONDS = 300;

/** More events in one batch than are taken. Nothing of it was stored. */
export class TooManyUsageEvents extends DomainError {
  constructor(received: number, mostEvents: number) {
    super({
      kind: 'too_large',
      code: 'PAYLOAD_TOO_LARGE',
      message: `A batch has at most ${mostEvents} events, not ${received}; send them in several`,
      details: { max_batch_size: mostEvents, received },
    });
  }
}

/** A body that inflates to more than a body may be. It was not inflated any further. */
export class InflatedTooLarge extends DomainError {
  constructor(maxBytes: number, receivedBytes: number) {
    super({
      kind: 'too_large',
      code: 'PAYLOAD_TOO_LARGE',
      message: `The body is larger than ${maxBytes} bytes once it is inflated`,
      details: { max_size_bytes: maxBytes, received: receivedBytes },
    });
  }
}

/** A body in an encoding that nobody here undoes. */
export class UnknownEncoding extends DomainError {
  constructor() {
    super({
      kind: 'unsupported_media_type',
      code: 'UNSUPPORTED_MEDIA_TYPE',
      message: 'The body has an encoding this route does not take; send it as it is, or with Content-Encoding: gzip',
      details: { supported_encodings: ['gzip', 'identity'] },
    });
  }
}

/** Somebody sends batches faster than anybody clicks. */
export class TooManyBatches extends DomainError {
  constructor(mostPerMinute: number, retryAfterSeconds: number) {
    super({
      kind: 'rate_limited',
      code: 'RATE_LIMITED',
      message: `More than ${mostPerMinute} batches of usage events in a minute; collect more events in each`,
      details: { max_batches_per_minute: mostPerMinute },
      retryAfterSeconds,
    });
  }
}

/** Without a database no event is taken, so that whoever sent it keeps it. */
export class UsageEventsNotKept extends DomainError {
  constructor(cause: LakebaseNotConfigured) {
    super({
      kind: cause.kind,
      code: cause.code,
      message: cause.message,
      details: cause.details,
      retryAfterSeconds: UNTIL_CONFIGURED_SECONDS,
      cause,
    });
    this.name = cause.name;
  }
}
