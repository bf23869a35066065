import { InvalidRequest } from '@lakescope/server-http';
import { ENVELOPE_BYTES, type ServingLimits } from '../limits';
import { NotJson, readObject, type JsonObjectText, type Place } from './json-text';

/** What an invocation asks for, with the inputs as they were sent. */
export interface InvocationRequest {
  /** JSON text of an object: the body for the model. */
  readonly inputs: Buffer;
  readonly timeoutSeconds: number | undefined;
  /** Whether the inputs are held to the detected schema first. */
  readonly validate: boolean;
  /** Whether the answer is fetched later. */
  readonly isAsync: boolean;
  /** Asks this model of the endpoint, whatever the traffic says. */
  readonly servedEntity: string | undefined;
}

const LONGEST_NAME = 255;

type Timeouts = Pick<ServingLimits, 'longestTimeoutSeconds' | 'longestAsyncSeconds'>;

/** Takes a body apart and leaves the inputs whole. Throws InvalidRequest. */
export function invocationRequestOf(body: Buffer, timeouts: Timeouts): InvocationRequest {
  const fields = new BodyFields(body, ['inputs', 'timeout_seconds', 'validate', 'async', 'served_entity']);
  const isAsync = fields.flag('async');
  const longestTimeoutSeconds = isAsync ? timeouts.longestAsyncSeconds : timeouts.longestTimeoutSeconds;
  return {
    inputs: fields.object('inputs'),
    timeoutSeconds: fields.optional(
      'timeout_seconds',
      (value): value is number =>
        typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= longestTimeoutSeconds,
      `must be a whole number from 1 to ${longestTimeoutSeconds}`,
    ),
    validate: fields.flag('validate'),
    isAsync,
    servedEntity: fields.name('served_entity'),
  };
}

/** What a stream asks for: the inputs, and which model. */
export function streamRequestOf(body: Buffer): Pick<InvocationRequest, 'inputs' | 'servedEntity'> {
  const fields = new BodyFields(body, ['inputs', 'served_entity']);
  return { inputs: fields.object('inputs'), servedEntity: fields.name('served_entity') };
}

/** The members of a body, each checked when it is taken: as strict as the DTOs of other routes. */
class BodyFields {
  private readonly members: JsonObjectText['members'];

  constructor(
    private readonly body: Buffer,
    known: readonly string[],
  ) {
    if (body.length === 0) throw new InvalidRequest('The body is empty; it must be a JSON object with inputs');
    this.members = membersOf(body);
    const unknown = [...this.members.keys()]
      .filter((name) => !known.includes(name))
      .slice(0, 10)
      .map((name) => name.slice(0, LONGEST_NAME));
    if (unknown.length > 0) {
      throw new InvalidRequest(
        `property ${unknown[0]} should not exist; what the model is to get belongs into inputs`,
        unknown.map((path) => ({ path, message: `property ${path} should not exist` })),
      );
    }
  }

  /** The text of a member that has to be an object. */
  object(name: string): Buffer {
    const place = this.members.get(name);
    if (place === undefined) throw invalid(name, 'is required');
    const text = this.text(place);
    if (text[0] !== 0x7b) throw invalid(name, 'must be an object: the body as the model takes it');
    // It is held for as long as the model takes, and what else was sent must not be held with it.
    return this.body.length - text.length > ENVELOPE_BYTES ? Buffer.from(text) : text;
  }

  optional<T>(name: string, is: (value: unknown) => value is T, rule: string): T | undefined {
    const place = this.members.get(name);
    if (place === undefined) return undefined;
    const value = this.small(name, place, rule);
    if (!is(value)) throw invalid(name, rule);
    return value;
  }

  flag(name: string): boolean {
    return this.optional(name, (value) => typeof value === 'boolean', 'must be true or false') ?? false;
  }

  name(name: string): string | undefined {
    return this.optional(
      name,
      (value): value is string => typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME,
      `must be a name of 1 to ${LONGEST_NAME} characters`,
    );
  }

  private small(name: string, place: Place, rule: string): unknown {
    const text = this.text(place).toString();
    try {
      return text.length > 10_000 ? undefined : (JSON.parse(text) as unknown);
    } catch {
      // NaN, which is let pass only in inputs.
      throw invalid(name, rule);
    }
  }

  private text({ start, end }: Place): Buffer {
    return this.body.subarray(start, end);
  }
}

function membersOf(body: Buffer): JsonObjectText['members'] {
  try {
    return readObject(body).members;
  } catch (error) {
    if (error instanceof NotJson) throw new InvalidRequest(`The body is not valid JSON: ${error.message}`);
    throw error;
  }
}

function invalid(path: string, message: string): InvalidRequest {
  return new InvalidRequest(`${path} ${message}`, [{ path, message }]);
}
