/** A granted token of `POST {token_endpoint}` (RFC 6749, 5.1). `expires_in` is sent as a number, seen as a string too. */
export interface TokenResponse {
  access_token: string;
  token_type: string;
  expires_in?: number | string;
  scope?: string;
  refresh_token?: string;
  id_token?: string;
}

/** A refusal of the token endpoint (RFC 6749, 5.2). */
export interface TokenErrorResponse {
  error: string;
  error_description?: string;
}

/**
 * Claims of the platform's OAuth access tokens: `sub` is a user name or the client id of a service principal, `scope` a
 * space separated list. Clients should treat the token as opaque, except for `exp`.
 */
export interface AccessTokenClaims {
  iss: string;
  sub: string;
  client_id?: string;
  aud: string;
  scope: string;
  iat: number;
  exp: number;
  jti: string;
}

/** A personal access token as the Token API shows it, never the token itself. Times are epoch milliseconds. */
export interface PublicTokenInfo {
  token_id?: string;
  comment?: string;
  creation_time?: number;
  /** -1 when it never expires. */
  expiry_time?: number;
  scopes?: string[];
}

/** `POST /api/2.0/token/create`. */
export interface CreateTokenResponse {
  token_value?: string;
  token_info?: PublicTokenInfo;
}

/** `GET /api/2.0/token/list`. */
export interface ListTokensResponse {
  token_infos?: PublicTokenInfo[];
}
