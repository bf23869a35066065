import type { CreateServingEndpointRequest, ServingPermissionLevel } from '@lakescope/databricks-wire';
import type { AppLogs } from '../app-logs/app-log';
import type { LocalApp } from '../apps/registered-app';
import type { AppSurroundings } from '../apps/runtime/app-environment';
import type { Lakebase } from '../database-api/lakebase';
import type { Faults } from '../http/faults';
import type { RequestLog } from '../http/request-log';
import type { PersonaName } from '../identity/personas';
import type { TokenClaims } from '../identity/token-claims';
import type { ModelToRegister } from '../mlflow/register-model';
import type { ObjectAddress } from '../object-permissions/object-type';
import type { ResultOffer } from '../sql/warehouses/warehouses';
import type { S3Service } from '../s3/s3-endpoint';
import type { Privilege } from '../unity-catalog/privileges';
import type { SecurableType } from '../unity-catalog/securables';
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

/** Somebody new; `displayName` defaults to the user name. */
export interface NewUser {
  readonly userName: string;
  readonly displayName?: string;
  /** Groups that are not there are created. */
  readonly groups?: readonly string[];
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
  /** Their groups as they are now. */
  readonly personas: Readonly<Record<PersonaName, Persona>>;
  /** The app's own identity. The secret is a credential: never log it. */
  readonly servicePrincipal: { readonly clientId: string; readonly clientSecret: string; readonly displayName: string };
  readonly app: LocalApp;
  /** What the apps write and what the workspace says of them, as `/logz` of each shows it. */
  readonly appLogs: AppLogs;
  readonly databaseInstance: { readonly name: string; readonly uid: string };
  /** The same database by its Autoscaling name: `projects/.../branches/.../endpoints/...`. */
  readonly postgresEndpoint: string;
  /** The SQL warehouse every workspace has; its id stays over restarts. */
  readonly warehouseId: string;
  /** Who may log into which database, for the gateway. */
  readonly lakebase: Lakebase;
  /** Object storage: its address and keys. The keys are credentials: never log them. */
  readonly s3: S3Service;
  readonly requestLog: RequestLog;
  readonly faults: Faults;

  /** The real folder behind `/Volumes/<catalog>/<schema>/<volume>`, also for mounts. Throws when there is none. */
  volumeDirectory(catalog: string, schema: string, volume: string): string;
  /** The three below change nothing when the securable is already there. */
  createCatalog(catalog: string, options?: SecurableOptions): Promise<void>;
  createSchema(catalog: string, schema: string, options?: SecurableOptions): Promise<void>;
  /** Answers the real folder of the volume. */
  createVolume(catalog: string, schema: string, volume: string, options?: SecurableOptions): Promise<string>;

  /**
   * Shows a Delta table that is already there, at `/Volumes/<catalog>/<schema>/<volume>/<path>`, as an EXTERNAL table with
   * the columns of its newest version. Changes nothing when the name is taken; throws when there is no Delta table.
   */
  registerTable(fullName: string, location: string, options?: { readonly comment?: string }): Promise<void>;

  /**
   * A new version of a registered model, which is made when it is not there; answers the real folder for its files and its
   * number. Throws when the schema is not there.
   */
  createModelVersion(
    fullName: string,
    options?: { readonly comment?: string; readonly source?: string; readonly runId?: string },
  ): Promise<{ readonly version: number; readonly directory: string }>;

  /**
   * Makes a folder's files a version of a registered model, with the run it came from, as MLflow would have logged it.
   * Changes nothing when that version is there. Throws when the schema is not there, or the version is not the next one.
   */
  registerModel(fullName: string, model: ModelToRegister): Promise<void>;

  /** Lets a user, service principal or group use a securable and what lies in it. Throws when there is no such. */
  grant(type: SecurableType, fullName: string, principal: string, privileges: readonly Privilege[]): Promise<void>;
  /** Takes privileges granted on this securable away, all when none are named. What is inherited stays. */
  revokeGrant(
    type: SecurableType,
    fullName: string,
    principal: string,
    privileges?: readonly Privilege[],
  ): Promise<void>;

  /** A user by user name or a service principal by client id; the id is the SCIM one. */
  principal(name: string): { readonly id: string; readonly displayName: string } | undefined;
  /** Whether a user or service principal holds a level on an object of the Permissions API; `false` for who is not there. */
  isAllowed(name: string, object: ObjectAddress, level: string): boolean;
  /** Answers the user name. Throws when it is taken. */
  createUser(user: NewUser): Promise<string>;
  /** Makes these the only groups of a user or service principal; groups that are not there are created. */
  setGroups(personaOrName: string, groups: readonly string[]): Promise<void>;
  /** Changes what the app asks for; `effective` is what its users have consented to, by default the same. */
  setAppScopes(scopes: readonly string[], effective?: readonly string[]): void;
  /**
   * From now on a SQL warehouse refuses all but these ways to get results, as some of the platform's do; without any it
   * takes all again. Throws a RangeError when there is no such warehouse.
   */
  offerResultsOnlyAs(warehouseId: string, ...offers: readonly ResultOffer[]): void;
  /**
   * A serving endpoint of the admin, whom others may view, query or manage: personas, user names, client ids or groups.
   * Resolves when it is deployed. Changes nothing when the name is taken; throws the platform's refusal of what cannot be served.
   */
  createServingEndpoint(
    request: CreateServingEndpointRequest,
    access?: Readonly<Partial<Record<ServingPermissionLevel, readonly string[]>>>,
  ): Promise<void>;
  /**
   * Runs the apps that were deployed here and ran when the workspace last ended. From now on these and new ones get what the
   * surroundings say; before, none can have a database.
   */
  startApps(surroundings: AppSurroundings): void;
  /** Ends the processes of all deployed apps, which run again when the workspace is started anew. `close` does it, too. */
  stopApps(): Promise<void>;
  /** Says where the app is to be opened. */
  publishApp(url: string): void;
  /** Puts the clock that tokens are issued and checked by ahead of (or behind) this machine's. */
  setClockSkew(seconds: number): void;

  /**
   * An OAuth access token of a person, as the apps proxy forwards it; `scopes` as an app asks for them. A lifetime of zero or
   * less makes one that has expired; it is made out to the app of `npm start` unless another client is named. Throws a
   * RangeError when there is no such user.
   */
  issueUserToken(
    personaOrUserName: string,
    scopes: readonly string[],
    options?: { lifetimeSeconds?: number; clientId?: string },
  ): Promise<IssuedToken>;
  /** Claims of a token that is valid now: of the workspace (PAT or OAuth) or of the database. */
  verify(token: string): Promise<TokenClaims | undefined>;
  /** From now on the token is refused everywhere; survives restarts. */
  revoke(token: string): Promise<void>;
  close(): Promise<void>;
}
