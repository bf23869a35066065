import { operations } from './generated/operations';
import { factsOf, type Operation } from './operation';
import type { Bytes, Given } from './request';
import { send, type CallOptions, type LakescopeClientOptions } from './send';

type DataOf<One> = One extends Operation<infer Data, unknown> ? Data : never;
type AnswerOf<One> = One extends Operation<unknown, infer Answer> ? Answer : never;

/** The body, path, query and headers of the contract. */
type ParametersOf<One> = WithBytes<Omit<DataOf<One>, 'url'>>;

/** A file is also taken as a buffer or a stream. */
type WithBytes<Data> = { [Place in keyof Data]: Data[Place] extends Blob ? Bytes : Data[Place] };

/** One operation of the contract as a function. */
export type Method<One> = (Record<never, never> extends ParametersOf<One>
  ? (parameters?: ParametersOf<One>, options?: CallOptions) => Promise<AnswerOf<One>>
  : (parameters: ParametersOf<One>, options?: CallOptions) => Promise<AnswerOf<One>>) & {
  /** Where its cursor goes: a list that is asked by POST has it in the body. */
  readonly cursorIn: 'query' | 'body';
};

/** The functions of the operations that a client was made of. */
export type ClientOf<Operations> = { readonly [Name in keyof Operations]: Method<Operations[Name]> };

/** One function per operation of the contract. */
export type LakescopeClient = ClientOf<typeof operations>;

/** A client of all operations of the contract. Throws a TypeError when `baseUrl` is none. */
export function createLakescopeClient(options: LakescopeClientOptions): LakescopeClient {
  return createClientOf(operations, options);
}

/** A client of the operations you name, so that a bundle holds no others. Throws a TypeError when `baseUrl` is none. */
export function createClientOf<Operations extends Readonly<Record<string, Operation>>>(
  chosen: Operations,
  options: LakescopeClientOptions,
): ClientOf<Operations> {
  if (!/^https?:/.test(new URL(options.baseUrl).protocol)) throw new TypeError('baseUrl has to be an http(s) address');
  const entries = Object.entries(chosen).map(([name, operation]) => [name, methodOf(options, operation)]);
  return Object.fromEntries(entries) as ClientOf<Operations>;
}

function methodOf(options: LakescopeClientOptions, operation: Operation): unknown {
  const method = (given: Given = {}, call: CallOptions = {}): Promise<unknown> => send(options, operation, given, call);
  return Object.assign(method, { cursorIn: factsOf(operation).method === 'POST' ? 'body' : 'query' });
}
