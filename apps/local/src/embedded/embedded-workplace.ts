import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAppsProxy, type FrontDoor } from '@lakescope/databricks-emulator';
import type { LaunchOptions } from '../launch-options';
import type { Ports } from '../ports';
import type { StateFolder } from '../state-folder';
import type { Announcement, AppPlace, Workplace } from '../workplace';
import { apiEnvironment } from './api-environment';
import { describeEndpoints } from './endpoints';
import { localLlm, serveLocalLlm, type LocalLlm } from './local-llm';
import { overview } from './overview';
import { Platform } from './platform';

const demoMarker = 'demo-lake.json';
/** Raised whenever the demo lake has something more. Since 2 there are serving endpoints, since 3 models behind them. */
const DEMO_VERSION = 3;

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
      say,
    });
    say(`Workspace on port ${ports.workspace}, Lakebase on port ${ports.database}`);
    return new EmbeddedWorkplace(platform, parts, llm);
  }

  async openDoor(port: number, target: URL): Promise<FrontDoor> {
    const { workspace, gateway } = this.platform;
    const door = await startAppsProxy({ port, target, workspace, postgresFaults: gateway.faults });
    workspace.publishApp(door.url);
    return door;
  }

  apiEnvironment({ appUrl, apiPort, secret }: AppPlace, inherited: NodeJS.ProcessEnv): Record<string, string> {
    const { workspace, gateway, database, ca } = this.platform;
    return apiEnvironment({ workspace, gateway, database, ca, appUrl, apiPort, secret }, inherited);
  }

  async fill(signal: AbortSignal): Promise<void> {
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
    await (seeded === 0 ? lake.seed(signal) : lake.seedModels());
    state.write(demoMarker, JSON.stringify({ version: DEMO_VERSION }));
  }

  announce(urls: { appUrl: string; apiUrl: string }): Announcement {
    const { workspace, gateway, database, ca } = this.platform;
    const endpoints = describeEndpoints({ ...urls, workspace, databasePort: gateway.port, database });
    const mounts = Object.keys(this.parts.options.mounts);
    return {
      endpoints,
      overview: (details) => overview({ ...details, endpoints, caFile: ca.caFile, workspace, mounts }),
    };
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
