import { setTimeout as delay } from 'node:timers/promises';
import {
  EmbeddedPostgres,
  LocalCa,
  startLakebaseGateway,
  startWorkspace,
  type LakebaseGateway,
  type LocalWorkspace,
} from '@lakescope/databricks-emulator';
import type { Ports } from './ports';

export interface PlatformOptions {
  readonly stateDirectory: string;
  readonly ephemeral: boolean;
  readonly mounts: Readonly<Record<string, string>>;
  readonly ports: Ports;
  readonly say: (line: string) => void;
}

const longestPause = 10_000;

/** Everything of Databricks that the app sees from below: the workspace, and the database behind its gateway. */
export class Platform {
  private closing = false;

  private constructor(
    readonly workspace: LocalWorkspace,
    readonly postgres: EmbeddedPostgres,
    readonly gateway: LakebaseGateway,
    readonly ca: LocalCa,
    private readonly say: (line: string) => void,
  ) {
    postgres.onExit((reason) => void this.bringBack(reason));
  }

  static async start({ stateDirectory, ephemeral, mounts, ports, say }: PlatformOptions): Promise<Platform> {
    const [postgres, workspace, ca] = await Promise.allSettled([
      EmbeddedPostgres.start({ stateDirectory, ephemeral, ownProcessGroup: true }),
      startWorkspace({ stateDirectory, port: ports.workspace, s3Port: ports.s3, mounts }),
      LocalCa.load(stateDirectory),
    ]);
    try {
      const parts = { postgres: valueOf(postgres), workspace: valueOf(workspace), ca: valueOf(ca) };
      const gateway = await startLakebaseGateway({
        ...parts,
        port: ports.database,
        onFailure: (error) => say(`The database gateway failed: ${String(error)}`),
      });
      return new Platform(parts.workspace, parts.postgres, gateway, parts.ca, say);
    } catch (error) {
      if (workspace.status === 'fulfilled') await workspace.value.close();
      if (postgres.status === 'fulfilled') await postgres.value.stop();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.gateway.close();
    await Promise.all([this.workspace.close(), this.postgres.stop()]);
  }

  /** The database comes back by itself; meanwhile the gateway says it is away and the API answers 503. */
  private async bringBack(reason: string): Promise<void> {
    this.say(`Postgres ${reason}; starting it again.`);
    for (let pause = 250; !this.closing; pause = Math.min(pause * 2, longestPause)) {
      try {
        await this.postgres.restart();
        if (this.closing) await this.postgres.stop();
        else this.say('Postgres is back.');
        return;
      } catch (error) {
        this.say(`Postgres could not be started: ${String(error)}`);
        await delay(pause);
      }
    }
  }
}

function valueOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
