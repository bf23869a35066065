import type { ModelType } from '../endpoints/model-type';
import { exampleOf } from './schema-example';
import type { InputSchema, Json } from './json-schema';
import { SchemaValidator } from './schema-validator';

/** Where a schema is known from, the surest first. */
export const SCHEMA_SOURCES = ['task', 'mlmodel', 'openapi', 'heuristic', 'fallback'] as const;
export type SchemaSource = (typeof SCHEMA_SOURCES)[number];

export const DETECTION_STATUSES = ['SUCCESS', 'FAILURE', 'TIMEOUT', 'PERMISSION_DENIED'] as const;
export type DetectionStatus = (typeof DETECTION_STATUSES)[number];

/** What was found out about the requests of an endpoint. */
export interface DetectedSchema {
  readonly endpointName: string;
  readonly type: ModelType;
  readonly status: DetectionStatus;
  readonly source: SchemaSource | undefined;
  /** Undefined when the caller may not ask the endpoint anyhow. */
  readonly input: CheckedInput | undefined;
  readonly message: string | undefined;
  readonly latencyMs: number;
  readonly detectedAt: Date;
}

export interface CheckedInput extends InputSchema {
  /** One that the schema accepts; undefined when none could be made that is worth a look. */
  readonly example: Json;
  readonly validator: SchemaValidator;
}

/** The schema ready for use, with an example that has been held to it: the one that came with it, else one that is made from it. */
export function checkedInput(input: InputSchema): CheckedInput {
  const validator = new SchemaValidator(input.schema);
  const candidates = [input.example, exampleOf(input.schema)];
  const example = candidates.find((one) => one !== undefined && validator.accepts(one)) ?? null;
  return { ...input, example, validator };
}
