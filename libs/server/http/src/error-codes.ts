interface ErrorCodeEntry {
  status: number;
  title: string;
  meaning: string;
}

/** The closed list of error codes: what each answers with and what it means. `docs/errors.md` is generated from it. */
export const ERROR_CODES = {
  INVALID_REQUEST: entry(
    400,
    'Invalid request',
    'Something in the request is not acceptable; `technical_details.fields` names each place.',
  ),
  INVALID_QUERY: entry(400, 'Invalid query', 'The query cannot be run as asked.'),
  INVALID_PREFERENCE: entry(400, 'Invalid preference', 'The key is unknown or the value does not fit its schema.'),
  INVALID_MODEL_INPUT: entry(400, 'Invalid model input', 'The input does not fit the model.'),
  AUTH_MISSING: entry(401, 'Sign-in required', 'The request carries no user token.'),
  AUTH_MALFORMED: entry(
    401,
    'Malformed token',
    'The user token does not look like a token, or there is more than one.',
  ),
  AUTH_INVALID: entry(401, 'Invalid token', 'The platform does not accept the user token; sign in again.'),
  AUTH_EXPIRED: entry(401, 'Token expired', 'The user token has expired; reload the page to get a new one.'),
  PERMISSION_DENIED: entry(403, 'Permission denied', 'The caller may not do this.'),
  CATALOG_PERMISSION_DENIED: entry(
    403,
    'Catalog permission denied',
    'The caller may not see or use this catalog object.',
  ),
  DIRECT_ACCESS_REQUIRED: entry(
    403,
    'Direct access required',
    'The view needs direct access to the storage; the details hold the grant.',
  ),
  ADMIN_REQUIRED: entry(403, 'Admin required', 'Only administrators may do this.'),
  SCOPE_MISSING: entry(403, 'Scope missing', 'The app was not granted a scope; the details name it and how to add it.'),
  CSRF_REJECTED: entry(403, 'Cross-site request refused', 'The request came from another site or could have.'),
  NOT_FOUND: entry(404, 'Not found', 'There is no such object, or the caller may not see it.'),
  TABLE_NOT_FOUND: entry(404, 'Table not found', 'There is no Delta table at this place.'),
  VERSION_NOT_FOUND: entry(
    404,
    'Version not found',
    'The table has no such version; the details name the earliest and the latest.',
  ),
  ENDPOINT_NOT_FOUND: entry(404, 'Serving endpoint not found', 'There is no such serving endpoint.'),
  PREFERENCE_NOT_FOUND: entry(404, 'Preference not found', 'The caller has stored no such preference.'),
  JOB_NOT_FOUND: entry(404, 'Job not found', 'There is no such job.'),
  ROUTE_NOT_FOUND: entry(404, 'No such route', 'The API has no such path.'),
  METHOD_NOT_ALLOWED: entry(
    405,
    'Method not allowed',
    'The path exists, but not with this method; `Allow` names those it has.',
  ),
  REQUEST_TIMEOUT: entry(408, 'Request timeout', 'The request did not arrive in time.'),
  CONFLICT: entry(409, 'Conflict', 'The state of the object does not allow this.'),
  ALREADY_EXISTS: entry(409, 'Already exists', 'There is already an object of this name.'),
  WAREHOUSE_STOPPED: entry(
    409,
    'SQL warehouse stopped',
    'The SQL warehouse does not run and was not to be started; ask again with `start_warehouse`.',
  ),
  JOB_NOT_ACTIVE: entry(409, 'Job not active', 'The job is not running.'),
  PRECONDITION_FAILED: entry(412, 'Precondition failed', 'The object has changed since it was read.'),
  PAYLOAD_TOO_LARGE: entry(413, 'Payload too large', 'The body is larger than the route takes.'),
  UNSUPPORTED_MEDIA_TYPE: entry(415, 'Unsupported media type', 'The body has a type the route does not take.'),
  RANGE_NOT_SATISFIABLE: entry(416, 'Range not satisfiable', 'The file does not have the bytes asked for.'),
  UNSUPPORTED_TABLE_FEATURE: entry(
    422,
    'Unsupported table feature',
    'The table uses a Delta feature that cannot be read; the details name it.',
  ),
  UNSUPPORTED_STORAGE: entry(422, 'Unsupported storage', 'The table lies where it cannot be read directly.'),
  TABLE_CORRUPT: entry(422, 'Table corrupt', 'The table cannot be reconstructed; the details say what is missing.'),
  RATE_LIMITED: entry(429, 'Too many requests', 'The platform or the app limits how often this may be asked.'),
  AUTH_RATE_LIMITED: entry(429, 'Too many sign-ins', 'The platform limits how often the identity may be asked.'),
  HEADERS_TOO_LARGE: entry(431, 'Headers too large', 'The request headers are larger than the server takes.'),
  CLIENT_CLOSED: entry(
    499,
    'Client closed the request',
    'The client left before the answer; seen in metrics and in the history of invocations only.',
  ),
  INTERNAL: entry(500, 'Internal error', 'Something went wrong here; the log holds it under the correlation id.'),
  UPSTREAM_ERROR: entry(502, 'Platform error', 'The platform answered in a way that cannot be used.'),
  LAKEBASE_NOT_CONFIGURED: entry(
    503,
    'Lakebase not configured',
    'The feature needs a database, and none is configured; the details hold the suggestion.',
  ),
  WAREHOUSE_NOT_CONFIGURED: entry(
    503,
    'No SQL warehouse',
    'The feature needs a SQL warehouse, and none is configured; the details hold the suggestion.',
  ),
  DATABASE_UNAVAILABLE: entry(
    503,
    'Database unavailable',
    'The database cannot be reached at the moment, or its schema is not as this release needs it.',
  ),
  SERVICE_UNAVAILABLE: entry(503, 'Service unavailable', 'The platform or this server cannot answer at the moment.'),
  MODEL_UNAVAILABLE: entry(503, 'Model unavailable', 'The serving endpoint is not ready.'),
  MODEL_TIMEOUT: entry(503, 'Model timeout', 'The serving endpoint did not answer in time.'),
  ADMIN_CHECK_FAILED: entry(
    503,
    'Admin check failed',
    'Whether the caller is an administrator could not be found out.',
  ),
  AUTH_USER_IDENTITY_FAILED: entry(
    503,
    'Identity unavailable',
    'Who the caller is could not be found out, because the platform does not answer, or not in a way that can be read.',
  ),
  UPSTREAM_TIMEOUT: entry(504, 'Platform timeout', 'The answer took longer than a request may take.'),
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;

function entry(status: number, title: string, meaning: string): ErrorCodeEntry {
  return { status, title, meaning };
}
