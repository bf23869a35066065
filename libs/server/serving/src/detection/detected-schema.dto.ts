import { ApiProperty } from '@nestjs/swagger';
import { MODEL_TYPES, type ModelType } from '../endpoints/model-type';
import {
  DETECTION_STATUSES,
  SCHEMA_SOURCES,
  type DetectedSchema,
  type DetectionStatus,
  type SchemaSource,
} from './detected-schema';

const ANY_OBJECT = { type: 'object', additionalProperties: true, nullable: true } as const;

/** What an endpoint takes, as far as that could be found out. */
export class DetectedSchemaDto {
  @ApiProperty({ example: 'flight-delay' })
  endpoint_name!: string;

  /** How its models are asked. */
  @ApiProperty({ enum: MODEL_TYPES, example: 'MLFLOW_MODEL' })
  detected_type!: ModelType;

  /**
   * `SUCCESS`: the schema is known. `FAILURE` and `TIMEOUT`: it is a template that fits anything, and `error_message` says why.
   * `PERMISSION_DENIED`: the caller may not ask the endpoint.
   */
  @ApiProperty({ enum: DETECTION_STATUSES, example: 'SUCCESS' })
  status!: DetectionStatus;

  /** JSON Schema (draft 2020-12) of the `inputs` of an invocation; null without permission. */
  @ApiProperty({
    ...ANY_OBJECT,
    example: {
      type: 'object',
      properties: {
        dataframe_records: {
          type: 'array',
          minItems: 1,
          items: { type: 'object', properties: { distance: { type: 'number' } }, required: ['distance'] },
        },
      },
      required: ['dataframe_records'],
    },
  })
  schema!: Record<string, unknown> | null;

  /** Inputs that fit the schema; null without one, or when one would be too large to look at. */
  @ApiProperty({ ...ANY_OBJECT, example: { dataframe_records: [{ distance: 1.5 }] } })
  example_json!: Record<string, unknown> | null;

  /** What has to be given: columns, tensors, or members of the body. */
  @ApiProperty({ type: [String], example: ['distance'] })
  required!: string[];

  /** What may be left out; parameters as `params.NAME`. */
  @ApiProperty({ type: [String], example: ['carrier', 'params.threshold'] })
  optional!: string[];

  /**
   * Where this is known from: the task of the endpoint, the signature in the files of the model, the OpenAPI document of the endpoint, a
   * guess by its name, or nowhere (`fallback`).
   */
  @ApiProperty({ type: String, enum: SCHEMA_SOURCES, nullable: true, example: 'mlmodel' })
  source!: SchemaSource | null;

  /** How long it took to find out, in milliseconds. */
  @ApiProperty({ example: 84.2 })
  latency_ms!: number;

  /** What went wrong, or what is not sure. */
  @ApiProperty({ type: String, nullable: true })
  error_message!: string | null;

  /** When it was found out; for a minute after that nobody looks again. */
  @ApiProperty({ format: 'date-time' })
  detected_at!: string;

  static from({
    endpointName,
    type,
    status,
    source,
    input,
    message,
    latencyMs,
    detectedAt,
  }: DetectedSchema): DetectedSchemaDto {
    return {
      endpoint_name: endpointName,
      detected_type: type,
      status,
      schema: (input?.schema ?? null) as Record<string, unknown> | null,
      example_json: (input?.example ?? null) as Record<string, unknown> | null,
      required: [...(input?.required ?? [])],
      optional: [...(input?.optional ?? [])],
      source: source ?? null,
      latency_ms: latencyMs,
      error_message: message ?? null,
      detected_at: detectedAt.toISOString(),
    };
  }
}
