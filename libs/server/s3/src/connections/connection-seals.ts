import { Lifecycle } from '@lakescope/server-http';
import { BackgroundDatabase, SealedText } from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { placeOfKeys } from './sealed-keys';

const EVERY_MS = 60_000;

interface SealedRow {
  readonly id: string;
  readonly userId: string;
  readonly sealed: Buffer;
}

/** Keys are sealed anew after a rotation of the app's secret; else they were lost when the secret before it goes. */
@Injectable()
export class ConnectionSeals {
  private readonly logger = new Logger('S3');
  private isDone = false;
  private isRunning = false;

  constructor(
    private readonly background: BackgroundDatabase,
    private readonly sealing: SealedText,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** Never rejects: the next tick tries again. */
  @Interval(EVERY_MS)
  async tick(): Promise<void> {
    if (this.isRunning || this.lifecycle.phase !== 'ready' || !this.background.isOpen) return;
    this.isRunning = true;
    try {
      await this.renew();
    } catch (error) {
      this.logger.warn({ err: error, msg: 'Keys of S3 connections could not be sealed anew yet' });
    } finally {
      this.isRunning = false;
    }
  }

  /** Once in the life of a process, and only where there was a rotation. Rejects as `BackgroundDatabase` does. */
  async renew(): Promise<void> {
    if (this.isDone || !this.sealing.isRotated) return;
    await this.background.transaction(async (run) => {
      const rows = await run<SealedRow>(
        'SELECT id, user_id AS "userId", sealed_keys AS sealed FROM s3_connections FOR NO KEY UPDATE',
      );
      for (const row of rows) {
        const renewed = this.renewed(row);
        if (renewed === undefined) continue;
        await run('UPDATE s3_connections SET sealed_keys = $2 WHERE id = $1', [row.id, renewed]);
      }
    });
    this.isDone = true;
  }

  private renewed(row: SealedRow): Buffer | undefined {
    try {
      return this.sealing.renewed(row.sealed, placeOfKeys(row));
    } catch (error) {
      // The others are renewed all the same; this one was unreadable before, which its owner is told.
      this.logger.error({ err: error, msg: 'The keys of an S3 connection cannot be read', connection: row.id });
      return undefined;
    }
  }
}
