import type { Faults } from '../http/faults';
import type { RequestLog } from '../http/request-log';
import type { PersonaName } from '../identity/personas';
import type { TokenClaims } from '../identity/token-claims';
import type { SecurableOptions } from './workspace-options';

/** A person who can be signed in locally. */
export interface Persona {
  readonly userName: string;
  readonly displayName: string;
  /** The SCIM id: a string of digits. */
  readonly userId: string;
  readonly groups: readonly string[];
  /** A personal access token. It is a credential: never log it. */
  readonly token: string;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/**
 * A Databricks workspace on this machine. Everything official clients can do here goes over HTTP at `url`; the methods
 * are for the launcher, the gateway, the apps proxy and tests, which have no counterpart on the platform.
 */
export interface LocalWorkspace {
  readonly url: string;
  readonly port: number;
  /** A string of digits below 2^53. */
  readonly workspaceId: string;
  readonly personas: Readonly<Record<PersonaName, Persona>>;
  /** The app's own identity. The secret is a credential: never log it. */
  readonly servicePrincipal: { readonly clientId: string; readonly clientSecret: string; readonly displayName: string };
  readonly app: { readonly name: string; readonly userApiScopes: readonly string[] };
  readonly databaseInstance: { readonly name: string; readonly uid: string };
  readonly requestLog: RequestLog;
  readonly faults: Faults;

  /** The real folder behind `/Volumes/<catalog>/<schema>/<volume>`, also for mounts. Throws when there is none. */
  volumeDirectory(catalog: string, schema: string, volume: string): string;
  /** The three below change nothing when the securable is already there. */
  createCatalog(catalog: string, options?: SecurableOptions): Promise<void>;
  createSchema(catalog: string, schema: string, options?: SecurableOptions): Promise<void>;
  /** Answers the real folder of the volume. */
  createVolume(catalog: string, schema: string, volume: string, options?: SecurableOptions): Promise<string>;

  /** An OAuth access token of a person, as the apps proxy forwards it; `scopes` as an app asks for them. */
  issueUserToken(
    personaOrUserName: string,
    scopes: readonly string[],
    options?: { lifetimeSeconds?: number },
  ): Promise<IssuedToken>;
  /** Claims of a token that is valid now: of the workspace (PAT or OAuth) or of the database. */
  verify(token: string): Promise<TokenClaims | undefined>;
  /** From now on the token is refused everywhere; survives restarts. */
  revoke(token: string): Promise<void>;
  close(): Promise<void>;
}
