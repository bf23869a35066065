import type { FastifyInstance } from 'fastify';
import type { Faults } from '../http/faults';
import type { RequestLog } from '../http/request-log';
import { SERVICE_PRINCIPAL_NAME, type Directory } from '../identity/directory';
import { PERSONA_NAMES, PERSONAS, type PersonaName } from '../identity/personas';
import { ALWAYS_GRANTED_SCOPES, APP_SCOPES } from '../identity/scopes';
import type { TokenClaims } from '../identity/token-claims';
import type { Tokens } from '../identity/tokens';
import type { JsonDocument } from '../state/json-document';
import type { WorkspaceDocument } from '../state/workspace-document';
import { InvalidSecurable, type Metastore } from '../unity-catalog/metastore';
import type { IssuedToken, LocalWorkspace, Persona } from './local-workspace';
import type { SecurableOptions } from './workspace-options';

interface Parts {
  app: FastifyInstance;
  document: JsonDocument<WorkspaceDocument>;
  directory: Directory;
  tokens: Tokens;
  metastore: Metastore;
  requestLog: RequestLog;
  faults: Faults;
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
  readonly personas: Readonly<Record<PersonaName, Persona>>;
  readonly servicePrincipal: LocalWorkspace['servicePrincipal'];
  readonly app = { name: 'lakescope', userApiScopes: APP_SCOPES };
  readonly databaseInstance: LocalWorkspace['databaseInstance'];
  readonly requestLog: RequestLog;
  readonly faults: Faults;

  constructor(
    private readonly parts: Parts,
    private readonly facts: Facts,
  ) {
    const { workspaceId, servicePrincipal, personalAccessTokens } = parts.document.read();
    this.url = facts.url;
    this.port = facts.port;
    this.workspaceId = workspaceId;
    this.databaseInstance = facts.instance;
    this.requestLog = parts.requestLog;
    this.faults = parts.faults;
    this.servicePrincipal = {
      clientId: servicePrincipal.clientId,
      clientSecret: servicePrincipal.clientSecret,
      displayName: SERVICE_PRINCIPAL_NAME,
    };
    const persona = (name: PersonaName): Persona => {
      const { userId, userName, givenName, familyName, groups } = PERSONAS[name];
      const displayName = `${givenName} ${familyName}`;
      return { userId, userName, displayName, groups, token: personalAccessTokens[name] };
    };
    this.personas = {
      admin: persona('admin'),
      engineer: persona('engineer'),
      analyst: persona('analyst'),
      outsider: persona('outsider'),
    };
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

  async issueUserToken(
    personaOrUserName: string,
    scopes: readonly string[],
    options: { lifetimeSeconds?: number } = {},
  ): Promise<IssuedToken> {
    const persona = PERSONA_NAMES.find((name) => name === personaOrUserName);
    const name = persona === undefined ? personaOrUserName : PERSONAS[persona].userName;
    const principal = this.parts.directory.find(name);
    if (principal?.kind !== 'user') throw new RangeError(`There is no user '${name}'`);
    return this.parts.tokens.issueAccessToken(
      principal,
      [...new Set([...scopes, ...ALWAYS_GRANTED_SCOPES])],
      this.servicePrincipal.clientId,
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
    await this.parts.app.close();
    await Promise.all([this.parts.document.settle(), this.parts.metastore.settle()]);
  }
}
