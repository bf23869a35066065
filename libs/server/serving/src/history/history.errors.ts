import { DomainError } from '@lakescope/server-http';

/** The caller has no invocation of this id, or not any more. */
export class InvocationNotFound extends DomainError {
  constructor(requestId: string, keptDays: number) {
    super({
      kind: 'not_found',
      code: 'NOT_FOUND',
      message: `You have no invocation of this id; the history is kept for ${keptDays} days, unless you have switched it off or erased it.`,
      details: { request_id: requestId },
    });
  }
}

/** Each person may have so many under way. */
export class TooManyInvocations extends DomainError {
  constructor(limit: number) {
    super({
      kind: 'rate_limited',
      code: 'RATE_LIMITED',
      message: `You have ${limit} invocations under way that are answered later, which is the most. Wait until one of them ends.`,
      details: { limit },
      retryAfterSeconds: 5,
    });
  }
}

/** Of the inputs only the beginning is kept, or nothing. */
export class InputsNotKept extends DomainError {
  constructor(requestId: string) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message:
        'The inputs of this invocation are not kept as a whole, so it cannot be run again from here. Send them again: the history keeps 64 KiB of them.',
      details: { request_id: requestId },
    });
  }
}

/** This process holds as many inputs in memory as it may. */
export class ServerIsFull extends DomainError {
  constructor() {
    super({
      kind: 'unavailable',
      code: 'SERVICE_UNAVAILABLE',
      message: 'The server waits for as many models as it can. Try again in a moment.',
      retryAfterSeconds: 10,
    });
  }
}

/** This process is about to end. */
export class ServerStops extends DomainError {
  constructor() {
    super({
      kind: 'unavailable',
      code: 'SERVICE_UNAVAILABLE',
      message: 'The server is being stopped. Try again in a moment.',
      retryAfterSeconds: 2,
    });
  }
}

/** What has not ended cannot be run again. */
export class StillUnderWay extends DomainError {
  constructor(requestId: string) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'This invocation is still under way.',
      details: { request_id: requestId },
    });
  }
}
