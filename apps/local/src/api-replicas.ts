import type { ReplicaPool } from '@lakescope/databricks-emulator';
import type { ApiProcess } from './api-process';

/** What the requests under way have to end before a replica is told to stop; it gives them a few seconds more by itself. */
const TAKE_OUT_MS = 30_000;

export interface ApiReplica {
  readonly url: URL;
  readonly process: Pick<ApiProcess, 'start' | 'ready' | 'stop' | 'restart' | 'kill'>;
}

/** The processes that the API runs as, and the door's knowledge of them. */
export class ApiReplicas {
  constructor(
    private readonly replicas: readonly ApiReplica[],
    private readonly pool: Pick<ReplicaPool, 'takeOut' | 'bringBack'>,
    private readonly takeOutMilliseconds = TAKE_OUT_MS,
  ) {}

  get urls(): readonly string[] {
    return this.replicas.map(({ url }) => url.origin);
  }

  start(): void {
    for (const { process } of this.replicas) process.start();
  }

  /** Resolves when all are ready; gives up as soon as one cannot be. */
  async ready(): Promise<void> {
    await Promise.all(this.replicas.map(({ process }) => process.ready()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.replicas.map(({ process }) => process.stop()));
  }

  /** For whoever does not want to wait for the requests that still run. */
  kill(): void {
    for (const { process } of this.replicas) process.kill();
  }

  /**
   * Runs a new build, one replica after another: each gets no more requests, answers those it has, ends, and is asked again when it is ready.
   * Where one does not come up, the others go on as they are, and it rejects with the reason.
   */
  async restart(say: (line: string) => void): Promise<void> {
    for (const [index, { url, process }] of this.replicas.entries()) {
      say(`Restarting replica ${index + 1} of ${this.replicas.length} (${url.origin})`);
      // One alone gets its requests all the same: nobody else would answer meanwhile.
      if (this.replicas.length > 1) await this.takeOut(url, say);
      try {
        await process.restart();
        await process.ready();
      } finally {
        await this.pool.bringBack(url);
      }
    }
  }

  private async takeOut(url: URL, say: (line: string) => void): Promise<void> {
    if (await this.pool.takeOut(url, this.takeOutMilliseconds)) return;
    say(
      `Requests at ${url.origin} did not end within ${this.takeOutMilliseconds / 1000} s; it is told to stop all the same`,
    );
  }
}
