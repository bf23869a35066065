import type { ErrorCode, UserCaller } from '@lakescope/server-http';
import type { ModelType } from './endpoints/model-type';

export type InferenceStatus = 'SUCCESS' | 'ERROR' | 'TIMEOUT';

/** Tokens that a language model counted, as far as it tells. */
export interface CountedTokens {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
  readonly total_tokens?: number;
}

/** One invocation that has ended, however it did. */
export interface InferenceRecord {
  readonly requestId: string;
  readonly endpointName: string;
  /** The model that answered, as far as that is known. */
  readonly servedEntity: string | undefined;
  /** The model that was asked for by name; undefined where the endpoint was to choose. */
  readonly askedEntity?: string | undefined;
  /** How long it was to be waited for; undefined where that was not said. */
  readonly timeoutSeconds?: number | undefined;
  /** JSON text, as the person sent it; numbers may be longer than JavaScript's, and NaN may stand in it. */
  readonly inputs: Buffer;
  /** JSON text of the answer; undefined when there was none. */
  readonly predictions: Buffer | undefined;
  readonly status: InferenceStatus;
  readonly executionTimeMs: number;
  /** The code the failure was answered with. */
  readonly errorCode?: ErrorCode | undefined;
  readonly errorMessage: string | undefined;
  readonly tokens: CountedTokens | undefined;
  readonly createdAt: Date;
  readonly completedAt: Date;
  readonly correlationId: string;
}

/** One look at what an endpoint takes. */
export interface SchemaDetection {
  readonly endpointName: string;
  readonly detectedType: ModelType;
  readonly status: 'SUCCESS' | 'FAILURE' | 'TIMEOUT' | 'PERMISSION_DENIED';
  readonly source: string | null;
  readonly latencyMs: number;
  readonly errorMessage: string | null;
  readonly detectedAt: Date;
  readonly correlationId: string;
}

/** Where invocations are written down. `record` neither throws nor delays the answer: what is lost is a row, never an invocation. */
export abstract class InferenceLog {
  abstract record(caller: UserCaller, inference: InferenceRecord): void;
}

/** Where detections are written down; under the same promise. */
export abstract class DetectionEvents {
  abstract record(caller: UserCaller, detection: SchemaDetection): void;
}
