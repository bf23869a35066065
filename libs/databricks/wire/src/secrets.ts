/** Body of `POST /api/2.0/secrets/scopes/create`. */
export interface CreateSecretScopeRequest {
  scope?: string;
  /** Only the group `users` is accepted; without it the caller manages the scope. */
  initial_manage_principal?: string;
  scope_backend_type?: 'DATABRICKS' | 'AZURE_KEYVAULT';
}

/** `GET /api/2.0/secrets/scopes/list`; the list is absent when empty. */
export interface ListSecretScopesResponse {
  scopes?: { name?: string; backend_type?: string }[];
}

/** Body of `POST /api/2.0/secrets/put`: exactly one of the two values. */
export interface PutSecretRequest {
  scope?: string;
  key?: string;
  string_value?: string;
  /** Base64. */
  bytes_value?: string;
}

/** `GET /api/2.0/secrets/get`; the value is base64, however it was put. */
export interface GetSecretResponse {
  key?: string;
  value?: string;
}

/** `GET /api/2.0/secrets/list?scope=`; the list is absent when empty, times are epoch milliseconds. */
export interface ListSecretsResponse {
  secrets?: { key?: string; last_updated_timestamp?: number }[];
}

export type SecretPermission = 'READ' | 'WRITE' | 'MANAGE';

/** `GET /api/2.0/secrets/acls/get`, and the items of `acls/list`. */
export interface SecretAcl {
  /** A user name, an application id or the name of a group. */
  principal?: string;
  permission?: SecretPermission;
}

/** `GET /api/2.0/secrets/acls/list?scope=`. */
export interface ListSecretAclsResponse {
  items?: SecretAcl[];
}
