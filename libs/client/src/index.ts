export type * from '@lakescope/contract';
export * from './generated/operations';
export {
  createClientOf,
  createLakescopeClient,
  type ClientOf,
  type LakescopeClient,
  type Method,
} from './create-lakescope-client';
export { type CallOptions, type LakescopeClientOptions } from './send';
export { type Operation } from './operation';
export { type Bytes } from './request';
export { DEFAULT_RETRY, type RetryPolicy } from './retry-policy';
export {
  ConnectionFailure,
  LakescopeProblem,
  UnexpectedAnswer,
  type LakescopeProblemOf,
  type ProblemDetails,
} from './lakescope-problem';
export { paginate, type Pages } from './paginate';
export { readEvents, type StreamOptions, type Streams } from './read-events';
export { SseParser, type ServerSentEvent, type SseParserOptions } from './sse-parser';
export {
  QueryFailed,
  SubmittedQuery,
  queryRecords,
  resumeQuery,
  submitQuery,
  type QueryOptions,
  type QueryingClient,
} from './query';
export { clientCredentials, type ClientCredentials } from './client-credentials';
