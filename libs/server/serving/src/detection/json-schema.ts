/** The part of JSON Schema (draft 2020-12) that says what models take. */
export interface JsonSchema {
  type?: string | string[];
  title?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  minProperties?: number;
  items?: JsonSchema;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  enum?: Json[];
  format?: string;
  contentEncoding?: string;
  default?: Json;
  examples?: Json[];
  anyOf?: JsonSchema[];
  const?: Json;
  /** What fits `if` is held to nothing further, anything else to `else`. */
  if?: JsonSchema;
  else?: JsonSchema;
}

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What an endpoint takes. */
export interface InputSchema {
  readonly schema: JsonSchema;
  /** Names of what has to be given and of what may be; parameters as `params.threshold`. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** A given example; left out, one is made from the schema. */
  readonly example?: Json;
}
