import type { CountedTokens } from '../inference-log';

/** PENDING waits for its turn; INTERRUPTED means that the process that worked on it is gone, CANCELED that its owner did not want it any longer. The others are ends as well. */
export const INVOCATION_STATUSES = [
  'PENDING',
  'RUNNING',
  'SUCCESS',
  'ERROR',
  'TIMEOUT',
  'INTERRUPTED',
  'CANCELED',
] as const;
export type InvocationStatus = (typeof INVOCATION_STATUSES)[number];

/** An invocation as it is kept. */
export interface KeptInference {
  readonly requestId: string;
  readonly endpointName: string;
  readonly servedEntity: string | null;
  /** The model that was asked for by name; null where the endpoint was to choose. */
  readonly askedEntity: string | null;
  /** How long it was to be waited for; null where that was not said. */
  readonly timeoutSeconds: number | null;
  readonly status: InvocationStatus;
  /** JSON text; null where its owner wants no history. */
  readonly inputs: string | null;
  /** `inputs` is only the beginning of what was sent. */
  readonly inputsTruncated: boolean;
  /** JSON text; null where there is none. */
  readonly predictions: string | null;
  readonly predictionsTruncated: boolean;
  /** All of the inputs are there, though perhaps not here. */
  readonly hasWholeInputs: boolean;
  readonly executionTimeMs: number | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly tokens: CountedTokens | null;
  readonly correlationId: string;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
}

/** What was asked, and how. */
export interface KeptQuestion {
  readonly endpointName: string;
  /** Where one was asked for by name. */
  readonly servedEntity: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly inputs: Buffer;
}

export function hasEnded({ status }: Pick<KeptInference, 'status'>): boolean {
  return status !== 'PENDING' && status !== 'RUNNING';
}
