import type { CreateServingEndpointRequest, ServingPermissionLevel } from '@lakescope/databricks-wire';
import type { FastifyInstance } from 'fastify';
import type { AppLogs } from '../app-logs/app-log';
import type { LocalApp, RegisteredApp } from '../apps/registered-app';
import type { AppSurroundings } from '../apps/runtime/app-environment';
import type { Apps } from '../apps/start-apps';
import { DEFAULT_ENDPOINT } from '../database-api/default-endpoint';
import type { Lakebase } from '../database-api/lakebase';
import type { Faults } from '../http/faults';
import type { RequestLog } from '../http/request-log';
import type { Directory, Principal } from '../identity/directory';
import { PERSONAS, principalName, type PersonaName } from '../identity/personas';
import { ALWAYS_GRANTED_SCOPES } from '../identity/scopes';
import type { TokenClaims } from '../identity/token-claims';
import type { Tokens } from '../identity/tokens';
import type { Jobs } from '../jobs/start-jobs';
import type { Mlflow } from '../mlflow/mlflow';
import type { ModelToRegister } from '../mlflow/register-model';
import type { Serving } from '../serving/start-serving';
import type { Sql } from '../sql/start-sql';
import type { ResultOffer } from '../sql/warehouses/warehouses';
import type { AccessControl } from '../object-permissions/access-control';
import type { ObjectAddress } from '../object-permissions/object-type';
import { SERVICE_PRINCIPAL_NAME } from '../state/directory-document';
import type { JsonDocument } from '../state/json-document';
import type { S3Endpoint } from '../s3/s3-endpoint';
import { newNumericId } from '../state/numeric-id';
import type { WorkspaceDocument } from '../state/workspace-document';
import { InvalidSecurable, type Metastore } from '../unity-catalog/metastore';
import type { Privilege } from '../unity-catalog/privileges';
import { registerTable } from '../unity-catalog/register-table';
import { RegisteredModels } from '../unity-catalog/registered-models';
import type { Securable, SecurableType } from '../unity-catalog/securables';
import type { IssuedToken, LocalWorkspace, NewUser, Persona } from './local-workspace';
import type { SecurableOptions } from './workspace-options';

const SERVING_LEVELS: readonly ServingPermissionLevel[] = ['CAN_VIEW', 'CAN_QUERY', 'CAN_MANAGE'];

interface Parts {
  server: FastifyInstance;
  app: RegisteredApp;
  appLogs: AppLogs;
  accessControl: AccessControl;
  apps: Apps;
  document: JsonDocument<WorkspaceDocument>;
  directory: Directory;
  tokens: Tokens;
  metastore: Metastore;
  requestLog: RequestLog;
  faults: Faults;
  lakebase: Lakebase;
  sql: Sql;
  serving: Serving;
  jobs: Jobs;
  mlflow: Mlflow;
  s3: S3Endpoint;
  /** What may be writing its state while the workspace closes. */
  kept: readonly { settle(): Promise<void> }[];
}

interface Facts {
  url: string;
  port: number;
  instance: { name: string; uid: string };
  tokenLifetimeSeconds: number;
}

/** A workspace that listens. */
export class RunningWorkspace implements LocalWorkspace {
  readonly url: string;
  readonly port: number;
  readonly workspaceId: string;
  readonly servicePrincipal: LocalWorkspace['servicePrincipal'];
  readonly databaseInstance: LocalWorkspace['databaseInstance'];
  readonly postgresEndpoint = DEFAULT_ENDPOINT;
  readonly warehouseId: string;
  readonly lakebase: Lakebase;
  readonly s3: LocalWorkspace['s3'];
  readonly requestLog: RequestLog;
  readonly faults: Faults;
  readonly appLogs: AppLogs;

  constructor(
    private readonly parts: Parts,
    private readonly facts: Facts,
  ) {
    const { workspaceId, servicePrincipal } = parts.document.read();
    this.url = facts.url;
    this.port = facts.port;
    this.workspaceId = workspaceId;
    this.databaseInstance = facts.instance;
    this.warehouseId = parts.sql.warehouses.defaultId;
    this.requestLog = parts.requestLog;
    this.faults = parts.faults;
    this.appLogs = parts.appLogs;
    this.lakebase = parts.lakebase;
    this.s3 = parts.s3;
    this.servicePrincipal = {
      clientId: servicePrincipal.clientId,
      clientSecret: servicePrincipal.clientSecret,
      displayName: SERVICE_PRINCIPAL_NAME,
    };
  }

  get personas(): Readonly<Record<PersonaName, Persona>> {
    const { personalAccessTokens } = this.parts.document.read();
    const persona = (name: PersonaName): Persona => {
      const { userId, userName, givenName, familyName } = PERSONAS[name];
      const { displayName, groups } = this.parts.directory.find(userName) ?? {
        displayName: `${givenName} ${familyName}`,
        groups: [],
      };
      return { userId, userName, displayName, groups, token: personalAccessTokens[name] };
    };
    return {
      admin: persona('admin'),
      engineer: persona('engineer'),
      analyst: persona('analyst'),
      outsider: persona('outsider'),
    };
  }

  get app(): LocalApp {
    return this.parts.app;
  }

  volumeDirectory(catalog: string, schema: string, volume: string): string {
    const { metastore } = this.parts;
    const securable = metastore.find('VOLUME', `${catalog}.${schema}.${volume}`);
    if (securable === undefined) throw new InvalidSecurable(`Volume '${catalog}.${schema}.${volume}' does not exist`);
    return metastore.directoryOf(securable).directory;
  }

  createCatalog(catalog: string, options?: SecurableOptions): Promise<void> {
    return this.parts.metastore.createCatalog(catalog, options);
  }

  createSchema(catalog: string, schema: string, options?: SecurableOptions): Promise<void> {
    return this.parts.metastore.createSchema(catalog, schema, options);
  }

  createVolume(catalog: string, schema: string, volume: string, options?: SecurableOptions): Promise<string> {
    return this.parts.metastore.createVolume(catalog, schema, volume, options);
  }

  async registerTable(fullName: string, location: string, options?: { readonly comment?: string }): Promise<void> {
    await registerTable(this.parts.metastore, fullName, location, options);
  }

  async createModelVersion(
    fullName: string,
    options: { readonly comment?: string; readonly source?: string; readonly runId?: string } = {},
  ): Promise<{ version: number; directory: string }> {
    const { metastore } = this.parts;
    const model = metastore.find('MODEL', fullName) ?? (await metastore.create('MODEL', fullName));
    const models = new RegisteredModels(metastore);
    const { version } = await models.add(model, { source: 'local', ...options, status: 'READY' }, model.owner);
    return { version, directory: models.directoryOf(model, version) };
  }

  registerModel(fullName: string, model: ModelToRegister): Promise<void> {
    return this.parts.mlflow.registerModel(fullName, model);
  }

  async grant(
    type: SecurableType,
    fullName: string,
    principal: string,
    privileges: readonly Privilege[],
  ): Promise<void> {
    await this.parts.metastore.grant(this.securable(type, fullName), this.grantee(principal), privileges);
  }

  async revokeGrant(
    type: SecurableType,
    fullName: string,
    principal: string,
    privileges?: readonly Privilege[],
  ): Promise<void> {
    await this.parts.metastore.revokeGrant(this.securable(type, fullName), this.grantee(principal), privileges);
  }

  principal(name: string): { id: string; displayName: string } | undefined {
    return this.parts.directory.find(name);
  }

  isAllowed(name: string, object: ObjectAddress, level: string): boolean {
    const principal = this.parts.directory.find(name);
    return principal !== undefined && this.parts.accessControl.may(principal, object, level);
  }

  async createUser({ userName, displayName = userName, groups = [] }: NewUser): Promise<string> {
    const { directory } = this.parts;
    await directory.savePrincipal({
      kind: 'user',
      id: newNumericId(),
      name: userName,
      displayName,
      active: true,
      entitlements: ['workspace-access'],
    });
    if (groups.length > 0) await this.setGroups(userName, groups);
    return userName;
  }

  async setGroups(personaOrName: string, groups: readonly string[]): Promise<void> {
    await this.parts.directory.setGroups(this.somebody(personaOrName), groups);
  }

  setAppScopes(scopes: readonly string[], effective: readonly string[] = scopes): void {
    this.parts.app.setScopes(scopes, effective);
  }

  offerResultsOnlyAs(warehouseId: string, ...offers: readonly ResultOffer[]): void {
    this.parts.sql.warehouses.offerOnly(warehouseId, offers);
  }

  async createServingEndpoint(
    request: CreateServingEndpointRequest,
    access: Readonly<Partial<Record<ServingPermissionLevel, readonly string[]>>> = {},
  ): Promise<void> {
    const grants = SERVING_LEVELS.flatMap((level) =>
      (access[level] ?? []).map((name) => ({ principal: this.grantee(name), level })),
    );
    await this.parts.serving.create(this.somebody('admin'), request, grants);
  }

  startApps(surroundings: AppSurroundings): void {
    this.parts.apps.start(surroundings);
  }

  stopApps(): Promise<void> {
    return this.parts.apps.host.stopAll();
  }

  publishApp(url: string): void {
    this.parts.app.publish(url);
  }

  setClockSkew(seconds: number): void {
    this.parts.tokens.setClockSkew(seconds);
  }

  async issueUserToken(
    personaOrUserName: string,
    scopes: readonly string[],
    options: { lifetimeSeconds?: number; clientId?: string } = {},
  ): Promise<IssuedToken> {
    const name = principalName(personaOrUserName);
    const principal = this.parts.directory.find(name);
    if (principal?.kind !== 'user') throw new RangeError(`There is no user '${name}'`);
    return this.parts.tokens.issueAccessToken(
      principal,
      [...new Set([...scopes, ...ALWAYS_GRANTED_SCOPES])],
      options.clientId ?? this.servicePrincipal.clientId,
      options.lifetimeSeconds ?? this.facts.tokenLifetimeSeconds,
    );
  }

  async verify(token: string): Promise<TokenClaims | undefined> {
    const verdict = await this.parts.tokens.check(token);
    return verdict.outcome === 'valid' ? verdict.claims : undefined;
  }

  revoke(token: string): Promise<void> {
    return this.parts.tokens.revoke(token);
  }

  async close(): Promise<void> {
    // First, while their processes may still ask the workspace something.
    await Promise.all([this.parts.jobs.close(), this.parts.apps.host.close()]);
    await this.parts.server.close();
    await this.parts.sql.close();
    await this.parts.serving.close();
    await this.parts.s3.close();
    await Promise.all(this.parts.kept.map((written) => written.settle()));
  }

  private somebody(personaOrName: string): Principal {
    const principal = this.parts.directory.find(principalName(personaOrName));
    if (principal === undefined) throw new RangeError(`There is nobody called '${personaOrName}'`);
    return principal;
  }

  private grantee(personaNameOrGroup: string): string {
    const isGroup = this.parts.directory.groups.some(({ displayName }) => displayName === personaNameOrGroup);
    return isGroup ? personaNameOrGroup : this.somebody(personaNameOrGroup).name;
  }

  private securable(type: SecurableType, fullName: string): Securable {
    const securable = this.parts.metastore.find(type, fullName);
    if (securable === undefined) throw new InvalidSecurable(`${type} '${fullName}' does not exist`);
    return securable;
  }
}
