import type { TokenUsage } from '@lakescope/databricks-wire';

/** A request for predictions as it came. */
export interface ModelCall {
  readonly body: Buffer;
  readonly contentType: string;
  /** Aborted when the client leaves or the request takes too long. */
  readonly signal: AbortSignal;
}

/** What a model says: a document, or events of a stream one by one. */
export type ModelAnswer =
  | { readonly body: object | Buffer; readonly usage?: TokenUsage; readonly status?: number }
  | { readonly events: AsyncIterable<string | Buffer>; readonly usage?: () => TokenUsage | undefined };

/** What answers the requests to a served entity, once it is loaded. */
export interface LoadedModel {
  /** Throws refusals of the platform for what it does not take. */
  answer(call: ModelCall): Promise<ModelAnswer>;
  /** The OpenAPI document of a custom model; the platform has none for other kinds. */
  readonly openapi?: () => object;
}

/** How fast the local language models speak, in milliseconds. */
export interface GenerationTimes {
  /** Between two tokens of a stream. */
  readonly tokenMilliseconds: number;
}
