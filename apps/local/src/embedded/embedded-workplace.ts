import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAppsProxy, type AppLog, type FrontDoor, type ReplicaPool } from '@lakescope/databricks-emulator';
import type { LaunchOptions } from '../launch-options';
import type { Ports } from '../ports';
import type { StateFolder } from '../state-folder';
import type { Announcement, AppPlace, AppUrls, Workplace } from '../workplace';
import { CHANGE_DATA_BUCKET, CHANGE_TABLES_BUCKET, DEMO_BUCKET } from './demo-lake/demo-tables';
import { apiEnvironment, localEnvironment } from './api-environment';
import { describeEndpoints, type Endpoints } from './endpoints';
import { localLlm, serveLocalLlm, type LocalLlm } from './local-llm';
import { overview } from './overview';
import { Platform } from './platform';

/** For the buckets of the demo lake and nothing beside them: the lake's own bucket is behind Unity Catalog. */
const DEMO_KEYS = {
  location: `s3://${DEMO_BUCKET}`,
  others: [`s3://${CHANGE_DATA_BUCKET}`, `s3://${CHANGE_TABLES_BUCKET}`],
  readOnly: false,
  // Longer than anybody leaves it running; a start makes new ones.
  expiresInMs: 365 * 86_400_000,
};
const demoMarker = 'demo-lake.json';
/** Raised whenever the demo lake has something more. Since 2 there are serving endpoints, since 3 models behind them, since 4 change data. */
const DEMO_VERSION = 4;

export interface EmbeddedWorkplaceOptions {
  readonly state: StateFolder;
  readonly ports: Ports;
  readonly options: Pick<LaunchOptions, 'ephemeral' | 'mounts' | 'demo'>;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

/** The workspace and the database of this machine, and the demo lake in them. */
export class EmbeddedWorkplace implements Workplace {
  private constructor(
    private readonly platform: Platform,
    private readonly parts: EmbeddedWorkplaceOptions,
    private readonly llm: LocalLlm | undefined,
  ) {}

  static async start(parts: EmbeddedWorkplaceOptions): Promise<EmbeddedWorkplace> {
    const { state, ports, options, say } = parts;
    const llm = localLlm(parts.environment);
    say('Starting Postgres and the workspace');
    const platform = await Platform.start({
      stateDirectory: state.directory,
      ephemeral: options.ephemeral,
      mounts: options.mounts,
      ports,
      environment: parts.environment,
      say,
    });
    say(`Workspace on port ${ports.workspace}, Lakebase on port ${ports.database}`);
    return new EmbeddedWorkplace(platform, parts, llm);
  }

  get appLog(): AppLog {
    const { appLogs, app } = this.platform.workspace;
    return appLogs.of(app.name);
  }

  async openDoor(port: number, replicas: ReplicaPool): Promise<FrontDoor> {
    const { workspace, gateway } = this.platform;
    const door = await startAppsProxy({ port, target: replicas, workspace, postgresFaults: gateway.faults });
    workspace.publishApp(door.url);
    return door;
  }

  apiEnvironment({ appUrl, apiPort, secret }: AppPlace, inherited: NodeJS.ProcessEnv): Record<string, string> {
    const { workspace, gateway, database, ca } = this.platform;
    const s3Keys = this.parts.options.demo ? { s3Keys: workspace.s3.issue(DEMO_KEYS) } : {};
    return apiEnvironment({ workspace, gateway, database, ca, appUrl, apiPort, secret, ...s3Keys }, inherited);
  }

  async fill(signal: AbortSignal): Promise<void> {
    const { workspace, gateway, ca } = this.platform;
    workspace.startApps({ databasePort: gateway.port, environment: localEnvironment({ workspace, ca }) });
    if (!this.parts.options.demo) return;
    await serveLocalLlm(this.platform.workspace, this.llm);
    await this.seed(signal);
  }

  /** Loaded only when there is something to seed: a warm start needs no query engine here. */
  private async seed(signal: AbortSignal): Promise<void> {
    const { state, say } = this.parts;
    const seeded = seededVersion(join(state.directory, demoMarker));
    if (seeded >= DEMO_VERSION) return;
    say('Seeding the demo lake with open data');
    const { DemoLake } = await import('./demo-lake/demo-lake.js');
    const lake = new DemoLake(this.platform.workspace, say);
    // What somebody has made of an older lake since stays as it is.
    if (seeded === 0) await lake.seed(signal);
    if (seeded > 0 && seeded < 3) await lake.seedModels();
    if (seeded > 0) await lake.seedChangeData();
    state.write(demoMarker, JSON.stringify({ version: DEMO_VERSION }));
  }

  announce(urls: AppUrls): Announcement & { readonly endpoints: Endpoints } {
    const { workspace, gateway, database, ca } = this.platform;
    const endpoints = describeEndpoints({ ...urls, workspace, databasePort: gateway.port, database });
    const mounts = Object.keys(this.parts.options.mounts);
    return {
      endpoints,
      overview: (details) => overview({ ...details, endpoints, caFile: ca.caFile, workspace, mounts }),
    };
  }

  stopApps(): Promise<void> {
    return this.platform.workspace.stopApps();
  }

  close(): Promise<void> {
    return this.platform.close();
  }
}

/** 0: nothing is seeded. A marker that cannot be read is one of the first version: the tables are there. */
function seededVersion(marker: string): number {
  if (!existsSync(marker)) return 0;
  const [, version = '1'] = /"version":\s*(\d+)/.exec(readFileSync(marker, 'utf8')) ?? [];
  return Number(version);
}
