/**
 * The error body of the workspace REST API. `error_code` is a word for errors of a service and the numeric HTTP status
 * for errors of the gateway in front of it (missing or invalid credentials). Source: databricks-sdk-go `apierr`,
 * google.rpc.Status conventions.
 */
export interface ErrorEnvelope {
  error_code?: string | number;
  message?: string;
  details?: ErrorDetail[];
}

/** One entry of `details`. `ErrorInfo` carries reason, domain and metadata; `RequestInfo` comes without metadata. */
export interface ErrorDetail {
  '@type': string;
  reason?: string;
  domain?: string;
  metadata?: Record<string, string>;
  request_id?: string;
  serving_data?: string;
}

/** API 1.2 answered errors with this single field; a few gateways still do. */
export interface LegacyErrorEnvelope {
  error: string;
}

/** SCIM errors (RFC 7644, 3.12). The status is a string of digits. */
export interface ScimErrorEnvelope {
  schemas: string[];
  detail?: string;
  status?: string;
  scimType?: string;
}

/** Codes the platform's services send; clients must expect others too. */
export type KnownErrorCode =
  | 'ABORTED'
  | 'ALREADY_EXISTS'
  | 'BAD_REQUEST'
  | 'CATALOG_DOES_NOT_EXIST'
  | 'ENDPOINT_NOT_FOUND'
  | 'FEATURE_DISABLED'
  | 'INTERNAL_ERROR'
  | 'INVALID_PARAMETER_VALUE'
  | 'INVALID_STATE'
  | 'MALFORMED_REQUEST'
  | 'NOT_FOUND'
  | 'NOT_IMPLEMENTED'
  | 'PERMISSION_DENIED'
  | 'QUOTA_EXCEEDED'
  | 'REQUEST_LIMIT_EXCEEDED'
  | 'RESOURCE_ALREADY_EXISTS'
  | 'RESOURCE_CONFLICT'
  | 'RESOURCE_DOES_NOT_EXIST'
  | 'RESOURCE_EXHAUSTED'
  | 'SCHEMA_DOES_NOT_EXIST'
  | 'TABLE_DOES_NOT_EXIST'
  | 'TEMPORARILY_UNAVAILABLE'
  | 'UNAUTHENTICATED'
  | 'UNKNOWN';
