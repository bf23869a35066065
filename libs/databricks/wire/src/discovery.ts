/** `GET /.well-known/databricks-config`, unauthenticated: how the Python, Go and Java SDKs find the OIDC endpoint. */
export interface DatabricksConfigDocument {
  oidc_endpoint: string;
  account_id?: string;
  /** A string of digits; the Python SDK parses it as an integer. */
  workspace_id?: string;
  cloud?: string;
  host_type?: 'workspace' | 'account' | 'unified';
  token_federation_default_oidc_audiences?: string[];
}

/** `GET {oidc_endpoint}/.well-known/oauth-authorization-server` (RFC 8414) and `openid-configuration`. */
export interface AuthorizationServerDocument {
  issuer?: string;
  authorization_endpoint: string;
  token_endpoint: string;
  jwks_uri?: string;
  scopes_supported?: string[];
  response_types_supported?: string[];
  grant_types_supported?: string[];
  token_endpoint_auth_methods_supported?: string[];
  code_challenge_methods_supported?: string[];
  subject_types_supported?: string[];
  id_token_signing_alg_values_supported?: string[];
}
