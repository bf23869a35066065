import type { ModelSignature } from './signature';

/** The content of a request to a custom model, as it came. */
export interface PyFuncRequest {
  /** `application/json` or `text/csv`, with or without parameters. */
  readonly contentType: string;
  readonly body: Uint8Array | string;
}

/** What stands under `predictions` in the answer: one entry for each row. */
export type Predictions = readonly unknown[];

/** A registered version of a custom model, loaded and ready to be asked. */
export interface ServedModel {
  readonly signature: ModelSignature;
  /** Reads, checks and evaluates in one go. Throws `SchemaEnforcementError`. */
  predict(request: PyFuncRequest): Predictions;
  /**
   * The OpenAPI 3.1 path item of this model: what stands under `/served-models/{served_name}/invocations` in the document of
   * `GET /api/2.0/serving-endpoints/{name}/openapi`.
   */
  openapi(): object;
}
