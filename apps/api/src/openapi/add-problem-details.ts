import type { ErrorCode } from '@lakescope/server-http';
import type { OpenApi, Schema } from './document';

const text: Schema = { type: 'string' };
const texts: Schema = { type: 'array', items: text };
const count: Schema = { type: 'integer', minimum: 0 };
const orNull = (schema: Schema): Schema => ({ ...schema, type: [String(schema.type), 'null'] });

interface Details {
  properties: Record<string, Schema>;
  /** What is there in every case; the rest depends on who noticed. */
  required?: string[];
}

/** What `technical_details` holds beside `error_type`, for the codes whose details a program can act on. */
const DETAILS: Partial<Record<ErrorCode, Details>> = {
  INVALID_REQUEST: { properties: { fields: places('path', 'Each place that is not acceptable.') } },
  INVALID_QUERY: { properties: { fields: places('path', 'Each place that is not acceptable.') } },
  INVALID_PREFERENCE: {
    properties: { preference_key: text, problems: texts },
    required: ['preference_key', 'problems'],
  },
  INVALID_MODEL_INPUT: {
    properties: {
      endpoint_name: text,
      problems: places('pointer', 'Each place that does not fit, by its JSON pointer (RFC 6901).'),
      expected_schema: { type: 'object', additionalProperties: true, description: 'JSON schema of what fits.' },
    },
  },
  DIRECT_ACCESS_REQUIRED: {
    properties: {
      full_name: text,
      missing_grant: { ...text, description: 'Privilege and place that are missing.' },
      fix: { ...text, description: 'The GRANT statement an owner has to run.' },
      external_access_off: {
        type: 'boolean',
        description: 'Whether external data access is off for the whole metastore.',
      },
    },
    required: ['full_name', 'missing_grant', 'fix', 'external_access_off'],
  },
  ADMIN_REQUIRED: { properties: { admin_groups: texts }, required: ['admin_groups'] },
  SCOPE_MISSING: {
    properties: {
      scopes: texts,
      user_api_scopes: { ...texts, description: 'The lines to add to databricks.yml.' },
      fix: text,
    },
    required: ['scopes', 'user_api_scopes', 'fix'],
  },
  TABLE_NOT_FOUND: { properties: { location: text, full_name: text } },
  VERSION_NOT_FOUND: {
    properties: {
      location: text,
      full_name: text,
      requested: {
        type: ['integer', 'string', 'null'],
        description: 'The version, or the time, that was asked for.',
      },
      earliest: { ...orNull(count), description: 'The earliest version that can be read.' },
      latest: { ...orNull(count), description: 'The latest version.' },
    },
    required: ['requested'],
  },
  ENDPOINT_NOT_FOUND: { properties: { endpoint_name: text } },
  PREFERENCE_NOT_FOUND: { properties: { preference_key: text }, required: ['preference_key'] },
  METHOD_NOT_ALLOWED: { properties: { allowed: texts } },
  WAREHOUSE_STOPPED: {
    properties: { warehouse_id: text, name: text, state: text },
    required: ['warehouse_id', 'name', 'state'],
  },
  PAYLOAD_TOO_LARGE: {
    properties: {
      max_size_bytes: count,
      max_batch_size: count,
      received: { ...orNull(count), description: 'As large as what came, in the unit of the limit, when it is known.' },
    },
  },
  UNSUPPORTED_TABLE_FEATURE: { properties: { location: text, features: texts }, required: ['features'] },
  UNSUPPORTED_STORAGE: { properties: { full_name: text, storage: text, supported_storage: texts } },
  TABLE_CORRUPT: {
    properties: {
      location: text,
      missing: { ...text, description: 'What is missing or unreadable: a file, a version, an action.' },
      earliest: { ...orNull(count), description: 'The earliest version that can still be read.' },
    },
    required: ['missing'],
  },
  LAKEBASE_NOT_CONFIGURED: { properties: { suggestion: text }, required: ['suggestion'] },
  WAREHOUSE_NOT_CONFIGURED: { properties: { suggestion: text }, required: ['suggestion'] },
};

function places(where: string, description: string): Schema {
  const place: Schema = { type: 'object', properties: { [where]: text, message: text }, required: [where, 'message'] };
  return { type: 'array', items: place, description };
}

/** Tells which details belong to which code: clients narrow by it, and tests hold every problem to it. */
export function addProblemDetails(document: OpenApi): void {
  const schemas = document.components?.schemas ?? {};
  const problem = schemas['Problem'];
  if (problem === undefined) throw new Error('The document has no schema Problem');
  problem.allOf = Object.entries(DETAILS).map(([code, { properties, required }]) => {
    const name = `${pascal(code)}Details`;
    schemas[name] = {
      type: 'object',
      properties,
      ...(required === undefined ? {} : { required }),
      // Who noticed may have more to say.
      additionalProperties: true,
    };
    return {
      if: { properties: { error_code: { const: code } } },
      then: { properties: { technical_details: { $ref: `#/components/schemas/${name}` } } },
    };
  });
}

function pascal(code: string): string {
  return code.toLowerCase().replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
