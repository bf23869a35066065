import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  EmbeddedPostgres,
  LocalCa,
  ReplicaPool,
  startAppsProxy,
  startLakebaseGateway,
  startWorkspace,
  templateOfTestRun,
  type FrontDoor,
  type LakebaseGateway,
  type LocalWorkspace,
  type PersonaName,
  type PostgresVersion,
  type WorkspaceOptions,
} from '@lakescope/databricks-emulator';
import { loadConfig, type AppConfig } from '@lakescope/server-config';
import { PostgresFaultProxy } from './postgres-fault-proxy';
import type { SeededRandom } from './seeded-random';

export interface LocalStackOptions extends Pick<
  WorkspaceOptions,
  | 'tokenLifetimeSeconds'
  | 'databaseCredentialLifetimeSeconds'
  | 'endpointWakeMilliseconds'
  | 'warehouseStartMilliseconds'
  | 'servingDeployMilliseconds'
  | 'servingWakeMilliseconds'
  | 'servingIdleMilliseconds'
  | 'servingTokenMilliseconds'
  | 'mounts'
  | 'environment'
> {
  /** A suite that never touches the database starts without one. */
  database?: boolean;
  /** Which kind of Lakebase the environment names; the default is provisioned. */
  lakebase?: 'provisioned' | 'autoscaling';
  postgresVersion?: PostgresVersion;
  /** Puts fault proxies into both lines to the database: `network` and `databaseLine`. */
  faultProxies?: boolean;
  /** How far the platform's clock is ahead of this machine's; negative: behind. */
  clockSkewMs?: number;
  /** Chance for the fault proxies; give one to repeat a run. */
  random?: SeededRandom;
}

interface Lakebase {
  ca: LocalCa;
  postgres: EmbeddedPostgres;
  gateway: LakebaseGateway;
  proxies: { network: PostgresFaultProxy; databaseLine: PostgresFaultProxy } | undefined;
}

/**
 * Everything the server depends on, for tests: a real Postgres behind the Lakebase gateway, and a workspace over HTTP. One per suite;
 * nothing of it is left afterwards.
 */
export class LocalStack {
  private readonly tokens = new Map<string, Promise<string>>();
  private readonly doors: FrontDoor[] = [];

  private constructor(
    private readonly directory: string,
    readonly workspace: LocalWorkspace,
    private readonly lakebase: Lakebase | undefined,
    private readonly kind: 'provisioned' | 'autoscaling',
  ) {}

  static async start(options: LocalStackOptions = {}): Promise<LocalStack> {
    const { database = true, lakebase: kind = 'provisioned', postgresVersion: version, ...rest } = options;
    const { faultProxies = false, random, clockSkewMs = 0, ...workspaceOptions } = rest;
    const ofVersion = version === undefined ? {} : { version, postgresVersion: version };
    const directory = await mkdtemp(join(tmpdir(), 'lakescope-stack-'));
    const state = { stateDirectory: directory, port: 0 };
    const startingWorkspace = startWorkspace({ ...state, ...ofVersion, ...workspaceOptions });
    const fromTemplate = { ephemeral: true, template: templateOfTestRun() };
    const startingPostgres = database ? EmbeddedPostgres.start({ ...state, ...ofVersion, ...fromTemplate }) : undefined;
    try {
      const [workspace, postgres] = await Promise.all([startingWorkspace, startingPostgres]);
      workspace.setClockSkew(clockSkewMs / 1000);
      if (postgres === undefined) return new LocalStack(directory, workspace, undefined, kind);
      const ca = await LocalCa.load(directory);
      await trust(ca);
      const lakebase = await openLakebase({ workspace, postgres, ca }, faultProxies, random);
      return new LocalStack(directory, workspace, lakebase, kind);
    } catch (error) {
      // What did start must not keep the test run alive.
      const closing = startingWorkspace.then((workspace) => workspace.close());
      await Promise.allSettled([closing, startingPostgres?.then((postgres) => postgres.stop())]);
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** The database itself: `halt`, `crash` and `restart` are outages. */
  get postgres(): EmbeddedPostgres {
    return this.withDatabase.postgres;
  }

  get gateway(): LakebaseGateway {
    return this.withDatabase.gateway;
  }

  /** The line from the server to the gateway, encrypted. */
  get network(): PostgresFaultProxy {
    return this.withProxies.network;
  }

  /** The line from the gateway to Postgres, where statements can be seen. */
  get databaseLine(): PostgresFaultProxy {
    return this.withProxies.databaseLine;
  }

  /** The environment the launcher gives the server; what is overridden with undefined is left out. */
  environment(overrides: Readonly<Record<string, string | undefined>> = {}): Record<string, string | undefined> {
    const { workspace } = this;
    return {
      DATABRICKS_HOST: workspace.url,
      DATABRICKS_CLIENT_ID: workspace.servicePrincipal.clientId,
      DATABRICKS_CLIENT_SECRET: workspace.servicePrincipal.clientSecret,
      DATABRICKS_APP_NAME: workspace.app.name,
      DATABRICKS_WORKSPACE_ID: workspace.workspaceId,
      DATABRICKS_WAREHOUSE_ID: workspace.warehouseId,
      AWS_ENDPOINT_URL_S3: workspace.s3.url,
      LAKESCOPE_SECRET: 'a secret of tests, at least 32 bytes long',
      ...(this.lakebase === undefined ? {} : this.databaseEnvironment(this.lakebase)),
      ...overrides,
    };
  }

  config(overrides?: Readonly<Record<string, string | undefined>>): AppConfig {
    return loadConfig(this.environment(overrides));
  }

  /** The OAuth token the apps proxy forwards for this person; the app's own scopes unless others are named. */
  token(persona: PersonaName, scopes: readonly string[] = this.workspace.app.effectiveUserApiScopes): Promise<string> {
    const key = JSON.stringify([persona, scopes]);
    const known = this.tokens.get(key);
    if (known !== undefined) return known;
    const issued = this.workspace.issueUserToken(persona, scopes).then(({ token }) => token);
    this.tokens.set(key, issued);
    return issued;
  }

  /** Puts files into a volume, which is created when it is not there; answers the volume's path. */
  async volume(fullName: string, files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
    const [catalog = '', schema = '', volume = ''] = fullName.split('.');
    await this.workspace.createCatalog(catalog);
    await this.workspace.createSchema(catalog, schema);
    const folder = await this.workspace.createVolume(catalog, schema, volume);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return `/Volumes/${catalog}/${schema}/${volume}`;
  }

  /**
   * The platform's apps proxy in front of an app that listens at `target`, or is several processes that do; answers the address that services
   * call with their tokens.
   */
  async frontDoor(...targets: string[]): Promise<string> {
    return (await this.openDoor(targets)).url;
  }

  /** The same for a test that follows the app's log there, or closes it and opens it anew at its port. It is closed at the end. */
  async openDoor(targets: readonly string[], { port = 0, logBeatMilliseconds = 1_000 } = {}): Promise<FrontDoor> {
    const target = new ReplicaPool(targets.map((url) => new URL(url)));
    const logLimits = { beatMilliseconds: logBeatMilliseconds };
    const door = await startAppsProxy({ port, target, workspace: this.workspace, logLimits });
    this.doors.push(door);
    return door;
  }

  async stop(): Promise<void> {
    await Promise.all(this.doors.map((door) => door.close()));
    await this.lakebase?.proxies?.network.stop();
    await this.lakebase?.gateway.close();
    await this.lakebase?.proxies?.databaseLine.stop();
    await Promise.all([this.lakebase?.postgres.stop(), this.workspace.close()]);
    // What a client has left in the middle of may still put its last file there.
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  private get withDatabase(): Lakebase {
    if (this.lakebase === undefined) throw new Error('This stack was started without a database');
    return this.lakebase;
  }

  private get withProxies(): NonNullable<Lakebase['proxies']> {
    const { proxies } = this.withDatabase;
    if (proxies === undefined) throw new Error('This stack was started without fault proxies');
    return proxies;
  }

  private databaseEnvironment({ ca, postgres, gateway, proxies }: Lakebase): Record<string, string> {
    return {
      PGHOST: '127.0.0.1',
      PGPORT: String((proxies?.network ?? gateway).port),
      PGDATABASE: postgres.database,
      PGUSER: this.workspace.servicePrincipal.clientId,
      PGSSLMODE: 'require',
      PGAPPNAME: this.workspace.app.name,
      ...(this.kind === 'autoscaling'
        ? { LAKEBASE_ENDPOINT: this.workspace.postgresEndpoint }
        : { LAKEBASE_INSTANCE_NAME: this.workspace.databaseInstance.name }),
      NODE_EXTRA_CA_CERTS: ca.caFile,
    };
  }
}

async function openLakebase(
  { workspace, postgres, ca }: { workspace: LocalWorkspace; postgres: EmbeddedPostgres; ca: LocalCa },
  faultProxies: boolean,
  random: SeededRandom | undefined,
): Promise<Lakebase> {
  if (!faultProxies) {
    const gateway = await startLakebaseGateway({ port: 0, workspace, postgres, ca });
    return { ca, postgres, gateway, proxies: undefined };
  }
  const options = random === undefined ? {} : { random };
  const databaseLine = await PostgresFaultProxy.to(postgres.port, options);
  const { superuser, password, database } = postgres;
  const behindProxy = { host: databaseLine.host, port: databaseLine.port, superuser, password, database };
  const gateway = await startLakebaseGateway({ port: 0, workspace, postgres: behindProxy, ca });
  const network = await PostgresFaultProxy.to(gateway.port, options);
  return { ca, postgres, gateway, proxies: { network, databaseLine } };
}

/** What NODE_EXTRA_CA_CERTS does for a process that is yet to start. */
async function trust(ca: LocalCa): Promise<void> {
  setDefaultCACertificates([...getCACertificates('default'), await readFile(ca.caFile, 'utf8')]);
}
