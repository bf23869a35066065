/** What a valid token says about its bearer. */
export interface TokenClaims {
  /** User name of a person, client id of a service principal. For a database token this is also the Postgres role. */
  readonly subject: string;
  readonly principal: 'user' | 'service_principal';
  /** `pat` and `oauth` open the REST API; `database` opens only the database, as a password. */
  readonly kind: 'pat' | 'oauth' | 'database';
  readonly scopes: readonly string[];
  /** Personal access tokens have none. */
  readonly expiresAt: Date | undefined;
  readonly tokenId: string;
  /** What a database credential was minted for: names of Provisioned instances or of Autoscaling endpoints. */
  readonly databases?: readonly string[];
}
