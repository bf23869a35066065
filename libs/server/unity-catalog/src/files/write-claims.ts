import { createHash, randomUUID } from 'node:crypto';
import { LakebaseConfig } from '@lakescope/server-config';
import { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import { limits } from './file-limits';
import { FileBeingWritten } from './files.errors';

const CLAIMING = { feature: 'Replacing a file that was seen', repeat: 'write' } as const;

/** The right to replace a file that one has looked at. */
export interface WriteClaim {
  release(): Promise<void>;
}

/**
 * Lets one person at a time replace a file under a condition: the platform writes files whole, but knows no condition besides "only if it
 * is not there", so between our look and its write another one of ours could come. Held in Postgres for all replicas; without a database
 * there is one replica to hold it for. Who writes past this app is not held up by it.
 */
@Injectable()
export class WriteClaims {
  private readonly logger = new Logger('Files');
  private readonly held = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly config: LakebaseConfig,
  ) {}

  /** Throws `FileBeingWritten` when somebody has it. A claim whose holder died ends by itself. */
  async take(caller: UserCaller, path: string): Promise<WriteClaim> {
    if (this.held.has(path)) throw new FileBeingWritten(path);
    this.held.add(path);
    try {
      const claim = this.config.configured ? await this.claim(caller, path) : undefined;
      return { release: () => this.release(caller, path, claim) };
    } catch (error) {
      this.held.delete(path);
      throw error;
    }
  }

  private async claim(caller: UserCaller, path: string): Promise<string> {
    const claim = randomUUID();
    const taken = await this.database.asUser(
      caller,
      async (tx) =>
        (await tx.query(
          `INSERT INTO file_write_claims AS held (place, claim, held_until)
             VALUES ($1, $2, now() + $3 * interval '1 second')
             ON CONFLICT (place) DO UPDATE SET claim = excluded.claim, held_until = excluded.held_until
               WHERE held.held_until < now()
             RETURNING claim`,
          [placeOf(path), claim, limits.claimSeconds],
        )) as unknown[],
      CLAIMING,
    );
    if (taken.length === 0) throw new FileBeingWritten(path);
    return claim;
  }

  private async release(caller: UserCaller, path: string, claim: string | undefined): Promise<void> {
    this.held.delete(path);
    if (claim === undefined) return;
    try {
      await this.database.asUser(
        caller,
        (tx) => tx.query('DELETE FROM file_write_claims WHERE place = $1 AND claim = $2', [placeOf(path), claim]),
        CLAIMING,
      );
    } catch (error) {
      // What was to be written is written, or was refused for a better reason; the claim ends by itself.
      this.logger.warn(`The claim on a file could not be given back: ${String(error)}`);
    }
  }
}

/** Names of files are nobody's business but their owners'. */
function placeOf(path: string): Buffer {
  return createHash('sha256').update(path).digest();
}
