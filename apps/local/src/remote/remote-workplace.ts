import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import {
  openFrontDoor,
  ProxyRefusal,
  type ForwardedIdentity,
  type FrontDoor,
  type ReplicaPool,
} from '@lakescope/databricks-emulator';
import { inheritedEnvironment } from '../inherited-environment';
import type { Ports } from '../ports';
import type { StateFolder } from '../state-folder';
import {
  nearFile,
  type Announcement,
  type AppPlace,
  type AppUrls,
  type OverviewDetails,
  type Workplace,
} from '../workplace';
import { whoIs, type Developer } from './developer';
import { DeveloperToken } from './developer-token';
import { EmbeddedDatabase } from './embedded-database';
import { NoLog } from './no-log';
import type { RemoteSettings } from './remote-settings';
import { WorkspaceRelay } from './workspace-relay';

export interface RemoteWorkplaceOptions {
  readonly settings: RemoteSettings;
  readonly state: StateFolder;
  readonly ports: Ports;
  readonly ephemeral: boolean;
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

interface Parts {
  readonly settings: RemoteSettings;
  readonly token: DeveloperToken;
  readonly developer: Developer;
  /** Undefined when the app's own secret is known. */
  readonly relay: WorkspaceRelay | undefined;
  /** Undefined when the real Lakebase is configured. */
  readonly database: EmbeddedDatabase | undefined;
  readonly logFile: string;
}

/** A real workspace, seen by the developer alone. The API is told by the platform's names and notices no difference. */
export class RemoteWorkplace implements Workplace {
  private constructor(private readonly parts: Parts) {}

  static async start(options: RemoteWorkplaceOptions): Promise<RemoteWorkplace> {
    const { settings, state, ports, ephemeral, environment, say } = options;
    const token = new DeveloperToken(settings, environment);
    const developer = await whoIs(settings.origin, token);
    say(`Signed in to ${settings.origin.origin} as ${developer.userName}`);
    const relay =
      settings.client === undefined ? await WorkspaceRelay.start(settings.origin, token, ports.workspace) : undefined;
    if (relay !== undefined) {
      say(`Without DATABRICKS_CLIENT_SECRET the app calls the workspace as ${developer.userName} too`);
    }
    try {
      const database =
        settings.lakebase === undefined
          ? await EmbeddedDatabase.start({ stateDirectory: state.directory, ephemeral, port: ports.database, say })
          : undefined;
      const logFile = join(state.logDirectory, 'api.log');
      return new RemoteWorkplace({ settings, token, developer, relay, database, logFile });
    } catch (error) {
      await relay?.close();
      throw error;
    }
  }

  /** Nobody here knows who may manage the app, so its log stays in its file, and `/logz` says so. */
  readonly appLog = undefined;

  openDoor(port: number, replicas: ReplicaPool): Promise<FrontDoor> {
    const identityOf = (request: IncomingMessage): Promise<ForwardedIdentity> => this.identityOf(request);
    return openFrontDoor({ port, target: replicas, identityOf, pages: [new NoLog(this.parts.logFile)] });
  }

  apiEnvironment({ appUrl, apiPort, secret }: AppPlace, inherited: NodeJS.ProcessEnv): Record<string, string> {
    const { settings, developer, relay, database } = this.parts;
    const client = relay?.client ?? settings.client;
    return {
      ...inheritedEnvironment(inherited),
      ...settings.passed,
      DATABRICKS_HOST: relay?.url ?? settings.origin.origin,
      ...(client === undefined ? {} : { DATABRICKS_CLIENT_ID: client.id, DATABRICKS_CLIENT_SECRET: client.secret }),
      DATABRICKS_APP_NAME: 'lakescope',
      DATABRICKS_APP_PORT: String(apiPort),
      DATABRICKS_APP_URL: appUrl,
      ...(developer.workspaceId === undefined ? {} : { DATABRICKS_WORKSPACE_ID: developer.workspaceId }),
      // The database knows people by the subject of their token; what the file says comes after.
      ...(database?.environment ?? { PGUSER: client?.id ?? developer.userName, ...settings.lakebase }),
      LAKESCOPE_SECRET: secret,
      LAKESCOPE_BIND_ADDRESS: '127.0.0.1',
    };
  }

  /** Nothing is ever made in somebody's real workspace unasked. */
  fill(): Promise<void> {
    return Promise.resolve();
  }

  announce({ appUrl, apiUrls }: AppUrls): Announcement {
    const { settings, developer, database } = this.parts;
    const workspace = settings.origin.origin;
    const postgres =
      database === undefined ? {} : { postgres: { host: 'localhost', port: database.port, database: database.name } };
    return {
      endpoints: { app: appUrl, api: apiUrls[0], replicas: apiUrls, workspace, ...postgres },
      overview: ({ apiLog, seconds, directory }: OverviewDetails) =>
        [
          '',
          `  Lakescope is ready (${seconds.toFixed(1)} s):  ${appUrl}`,
          '',
          `    Workspace  ${workspace}   as ${developer.userName}`,
          `    API docs   ${appUrl}/docs`,
          `    API        ${apiUrls.join('   ')}   log: ${nearFile(apiLog, directory)}`,
          database === undefined
            ? `    Lakebase   as .env.local says`
            : `    Database   an embedded Postgres on port ${database.port}: no Lakebase is configured in .env.local`,
          '',
          '  Everything you do here happens in that workspace, with your rights.',
          '  Ctrl-C stops everything.',
          '',
        ].join('\n'),
    };
  }

  async stopApps(): Promise<void> {
    // None are deployed here.
  }

  async close(): Promise<void> {
    await Promise.all([this.parts.relay?.close(), this.parts.database?.close()]);
  }

  private async identityOf(request: IncomingMessage): Promise<ForwardedIdentity> {
    if (request.headers.authorization !== undefined) {
      throw new ProxyRefusal(401, 'This proxy signs in its developer only: leave the Authorization header out.');
    }
    const { id, userName, displayName, workspaceId } = this.parts.developer;
    return {
      user: workspaceId === undefined ? id : `${id}@${workspaceId}`,
      email: userName,
      preferredUsername: displayName,
      accessToken: await this.parts.token.current(),
    };
  }
}
