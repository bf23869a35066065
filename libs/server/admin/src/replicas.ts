import { randomUUID } from 'node:crypto';
import { Product } from '@lakescope/server-http';
import { Database, failureReason } from '@lakescope/server-persistence';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

/** One process of the app. */
export interface Replica {
  id: string;
  version: string;
  startedAt: Date;
  lastSeenAt: Date;
}

const LOOK_MS = 15_000;
const SIGN_MS = 60_000;
/** A replica that has not been seen for so long is gone, or has had nothing to do. */
const FORGOTTEN_AFTER = '1 hour';

/**
 * Which processes work on the database. Each leaves a sign at most once a minute, and only while its pool holds a connection, that is
 * when the database is awake for other work anyway: Lakebase scales to zero, and a sign of life must not keep it from doing so. (A
 * connection idles for 30 s before the pool closes it, so looking every 15 s misses no work, and the connection of the last sign is
 * closed before the next is due.)
 */
@Injectable()
export class Replicas implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly own: Readonly<Replica>;
  private readonly logger = new Logger('Replicas');
  private timer: NodeJS.Timeout | undefined;
  private signedAt = -Infinity;

  constructor(
    private readonly database: Database,
    product: Product,
  ) {
    const now = new Date();
    this.own = { id: randomUUID(), version: product.version, startedAt: now, lastSeenAt: now };
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look(), LOOK_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Leaves a sign and tells who else did within the last hour, in the transaction given. */
  async list(tx: EntityManager): Promise<Replica[]> {
    await this.sign(tx);
    return (await tx.query(
      `SELECT id, version, started_at AS "startedAt", last_seen_at AS "lastSeenAt" FROM replicas
       WHERE last_seen_at > now() - $1::interval ORDER BY started_at, id`,
      [FORGOTTEN_AFTER],
    )) as Replica[];
  }

  /** Leaves a sign when one is due and costs the database no sleep. */
  async look(now = performance.now()): Promise<void> {
    if (now - this.signedAt < SIGN_MS || this.database.poolUse.total === 0) return;
    this.signedAt = now;
    try {
      await this.database.asSystem((tx) => this.sign(tx));
    } catch (error) {
      // The next look is soon, and whoever needs the database says louder that it is away.
      const reason = failureReason(error);
      this.logger.debug(`No sign of this replica was left: ${reason}`);
    }
  }

  private async sign(tx: EntityManager): Promise<void> {
    const { id, version, startedAt } = this.own;
    await tx.query(
      `INSERT INTO replicas (id, version, started_at) VALUES ($1, $2, $3)
       ON CONFLICT (id) DO UPDATE SET last_seen_at = now()`,
      [id, version, startedAt],
    );
    await tx.query('DELETE FROM replicas WHERE last_seen_at < now() - $1::interval', [FORGOTTEN_AFTER]);
  }
}
