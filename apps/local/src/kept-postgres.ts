import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedPostgres } from '@lakescope/databricks-emulator';

const longestPause = 10_000;

/** A database that comes back by itself when it ends; meanwhile its gateway says it is away and the API answers 503. */
export class KeptPostgres {
  private closing = false;

  constructor(
    readonly postgres: EmbeddedPostgres,
    private readonly say: (line: string) => void,
  ) {
    postgres.onExit((reason) => void this.bringBack(reason));
  }

  async stop(): Promise<void> {
    this.closing = true;
    await this.postgres.stop();
  }

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
