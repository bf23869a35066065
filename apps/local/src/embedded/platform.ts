import {
  EmbeddedPostgres,
  LocalCa,
  startLakebaseGateway,
  startWorkspace,
  type LakebaseGateway,
  type LocalWorkspace,
} from '@lakescope/databricks-emulator';
import type { Ports } from '../ports';
import { KeptPostgres } from '../kept-postgres';

export interface PlatformOptions {
  readonly stateDirectory: string;
  readonly ephemeral: boolean;
  readonly mounts: Readonly<Record<string, string>>;
  readonly ports: Ports;
  /** Of the launcher: where the apps that are deployed here find programs. */
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

/** Everything of Databricks that the app sees from below: the workspace, and the database behind its gateway. */
export class Platform {
  private constructor(
    readonly workspace: LocalWorkspace,
    private readonly kept: KeptPostgres,
    readonly gateway: LakebaseGateway,
    readonly ca: LocalCa,
  ) {}

  get database(): string {
    return this.kept.postgres.database;
  }

  static async start({
    stateDirectory,
    ephemeral,
    mounts,
    ports,
    environment,
    say,
  }: PlatformOptions): Promise<Platform> {
    const [postgres, workspace, ca] = await Promise.allSettled([
      EmbeddedPostgres.start({ stateDirectory, ephemeral, ownProcessGroup: true }),
      startWorkspace({ stateDirectory, port: ports.workspace, s3Port: ports.s3, mounts, environment }),
      LocalCa.load(stateDirectory),
    ]);
    try {
      const parts = { postgres: valueOf(postgres), workspace: valueOf(workspace), ca: valueOf(ca) };
      const gateway = await startLakebaseGateway({
        ...parts,
        port: ports.database,
        onFailure: (error) => say(`The database gateway failed: ${String(error)}`),
      });
      return new Platform(parts.workspace, new KeptPostgres(parts.postgres, say), gateway, parts.ca);
    } catch (error) {
      if (workspace.status === 'fulfilled') await workspace.value.close();
      if (postgres.status === 'fulfilled') await postgres.value.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await Promise.all([this.workspace.close(), this.kept.stop()]);
  }
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
