import type { PlatformError } from '@lakescope/databricks-client';
import { DomainError } from '@lakescope/server-http';
import type { InputProblem } from './detection/schema-validator';

/** There is no such endpoint, or the caller may not see it. */
export class EndpointNotFound extends DomainError {
  constructor(name: string, cause?: PlatformError) {
    super({
      kind: 'not_found',
      code: 'ENDPOINT_NOT_FOUND',
      message: `There is no serving endpoint ${JSON.stringify(name)}, or you may not see it`,
      details: { endpoint_name: name },
      ...(cause === undefined ? {} : { cause }),
    });
  }
}

/** The endpoint is there, and serves no model of this name. */
export class ServedEntityNotFound extends DomainError {
  constructor(endpointName: string, servedEntity: string, served: readonly string[]) {
    const which = served.length === 0 ? 'none that are known' : served.map((one) => JSON.stringify(one)).join(', ');
    super({
      kind: 'not_found',
      code: 'NOT_FOUND',
      message: `The serving endpoint ${JSON.stringify(endpointName)} serves no model ${JSON.stringify(servedEntity)}; it serves ${which}. Name one of these, or none, and the endpoint chooses.`,
      details: { endpoint_name: endpointName, served_entity: servedEntity, served_entities: served },
    });
  }
}

/** The model looked at the inputs and refused them. */
export class ModelRefusedInput extends DomainError {
  constructor(said: string, details: Readonly<Record<string, unknown>>) {
    super({
      kind: 'invalid',
      code: 'INVALID_MODEL_INPUT',
      message: 'The model refuses the input',
      quote: said,
      details,
    });
  }
}

/** More bytes than the platform takes for this kind of model. */
export class ModelInputTooLarge extends DomainError {
  constructor(maxBytes: number, received: number | undefined, kind: string) {
    super({
      kind: 'too_large',
      code: 'PAYLOAD_TOO_LARGE',
      message: `The inputs are larger than ${maxBytes / (1024 * 1024)} MB, which is the most that ${kind} take`,
      details: { max_size_bytes: maxBytes, ...(received === undefined ? {} : { received }) },
    });
  }
}

/** The model is not there now: it wakes up, it is being deployed, or its deployment failed. */
export class ModelUnavailable extends DomainError {
  constructor(said: string | undefined, retryAfterSeconds: number, details: Readonly<Record<string, unknown>>) {
    super({
      kind: 'unavailable',
      code: 'MODEL_UNAVAILABLE',
      message: 'The model is not ready; it may be waking up',
      ...(said === undefined ? {} : { quote: said }),
      retryAfterSeconds,
      details,
    });
  }
}

/** The model did not answer in the time it was given. */
export class ModelTimedOut extends DomainError {
  constructor(timeoutSeconds: number, details: Readonly<Record<string, unknown>>) {
    super({
      kind: 'timeout',
      code: 'MODEL_TIMEOUT',
      message: `The model did not answer within ${timeoutSeconds} s`,
      details,
    });
  }
}

/** The model itself broke. */
export class ModelFailed extends DomainError {
  constructor(said: string, details: Readonly<Record<string, unknown>>) {
    super({ kind: 'upstream', code: 'UPSTREAM_ERROR', message: 'The model failed', quote: said, details });
  }
}

/** The model, or the platform before it, is asked too often. */
export class ModelRateLimited extends DomainError {
  constructor(said: string, retryAfterSeconds: number, details: Readonly<Record<string, unknown>>) {
    super({
      kind: 'rate_limited',
      code: 'RATE_LIMITED',
      message: 'The model is asked too often',
      quote: said,
      retryAfterSeconds,
      details,
    });
  }
}

/** The model, or the endpoint, is in a state in which it cannot do what it is asked. */
export class ModelInConflict extends DomainError {
  constructor(said: string, details: Readonly<Record<string, unknown>>) {
    super({
      kind: 'conflict',
      code: 'CONFLICT',
      message: 'The model cannot answer as it is now',
      quote: said,
      details,
    });
  }
}

/** The caller may see the endpoint, but not ask it. */
export class MayNotQuery extends DomainError {
  constructor(said: string, details: Readonly<Record<string, unknown>>) {
    super({
      kind: 'forbidden',
      code: 'PERMISSION_DENIED',
      message: 'You may not ask this endpoint; whoever manages it can give you CAN_QUERY',
      quote: said,
      details,
    });
  }
}

/** What came is no answer of a model. */
export class ModelAnswerUnusable extends DomainError {
  constructor(message: string, code: 'UPSTREAM_ERROR' | 'INVALID_REQUEST' = 'UPSTREAM_ERROR') {
    super({ kind: code === 'INVALID_REQUEST' ? 'invalid' : 'upstream', code, message });
  }
}

/** The inputs do not fit what the endpoint was found to take; the model was not asked. */
export class InvalidModelInput extends DomainError {
  constructor(endpointName: string, problems: readonly InputProblem[], schema: object) {
    const [first] = problems;
    super({
      kind: 'invalid',
      code: 'INVALID_MODEL_INPUT',
      message: 'The input does not fit the schema of the endpoint',
      // Names of the input are in it.
      ...(first === undefined ? {} : { quote: `${first.pointer === '' ? 'it' : first.pointer} ${first.message}` }),
      details: { endpoint_name: endpointName, problems, expected_schema: schema },
    });
  }
}

/** Large bodies have places of their own, and all of them, or all that one person may have, are taken. */
export class TooManyLargeBodies extends DomainError {
  constructor(whose: 'yours' | 'everybody', own: number, largeBytes: number, retryAfterSeconds: number) {
    const bodies = `invocations with more than ${largeBytes / (1024 * 1024)} MB of inputs`;
    super({
      kind: 'unavailable',
      code: 'SERVICE_UNAVAILABLE',
      message:
        whose === 'yours'
          ? `You have ${own} ${bodies} under way, which is the most for one person. Wait until one of them is answered.`
          : `The server has as many ${bodies} under way as it can hold. Try again in a moment, or send fewer rows at once.`,
      details: { own_under_way: own },
      retryAfterSeconds,
    });
  }
}

/** This process, or this person, holds as many bytes of answers and inputs in memory as may be held at once. */
export class TooMuchHeld extends DomainError {
  constructor(whose: 'yours' | 'everybody', mostBytes: number) {
    const megabytes = `${mostBytes / (1024 * 1024)} MB`;
    super({
      kind: 'unavailable',
      code: 'SERVICE_UNAVAILABLE',
      message:
        whose === 'yours'
          ? `Your answers of models that are on their way fill ${megabytes}, which is the most for one person. Take those first, then ask again.`
          : `The server holds ${megabytes} of answers of models, which is the most it can. Ask again in a moment, or for fewer rows at once.`,
      details: { max_size_bytes: mostBytes },
      retryAfterSeconds: 5,
    });
  }
}
