import { AuditLog } from '@lakescope/server-audit';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { FeedNotFound } from '../jobs.errors';
import { JobAccess } from '../runs/job-access';
import { targetUriOf } from '../runs/job-places';
import type { DeleteFreshnessQuery } from './ask-freshness.dto';
import { FreshnessAlarms } from './freshness-alarms';

const WRITING = { feature: 'Ingestion jobs', repeat: 'write' } as const;

/** Forgets how fresh the tables of a target are: for targets that nobody ingests into any more. Jobs and tables stay. */
@Injectable()
export class FeedRemoval {
  constructor(
    private readonly access: JobAccess,
    private readonly auditLog: AuditLog,
    private readonly alarms: FreshnessAlarms,
  ) {}

  /** Throws `JobsOfOthersRefused`, `FeedNotFound`, and `InvalidRequest` for a target that is no place. */
  async forget(caller: UserCaller, query: DeleteFreshnessQuery): Promise<void> {
    const { manifest_uri: manifest = null, user_id: of = caller.userId } = query;
    const target = targetUriOf(query.target_uri, 'target_uri');
    const isOwn = of === caller.userId;
    const transact = await this.access.rows(caller, isOwn);
    const work = async (tx: EntityManager): Promise<void> => {
      // The tables go with their feed.
      const [, feeds] = (await tx.query(
        `DELETE FROM ingestion_feeds
          WHERE user_id = $1 AND target_uri = $2 AND ($3::text IS NULL OR manifest_uri = $3)`,
        [of, target, manifest],
      )) as [unknown, number];
      if (feeds === 0) throw new FeedNotFound();
      await tx.query(
        `DELETE FROM ingestion_thresholds WHERE user_id = $1 AND target_uri = $2
            AND NOT EXISTS (SELECT FROM ingestion_feeds WHERE user_id = $1 AND target_uri = $2)`,
        [of, target],
      );
      await this.auditLog.record(tx, {
        userId: caller.userId,
        actingAs: 'user',
        action: 'freshness.delete',
        target,
        outcome: 'success',
        details: { source: manifest, ...(isOwn ? {} : { of_another_person: true }) },
      });
    };
    await transact(work, WRITING);
    // What is forgotten is late no more.
    await this.alarms.look();
  }
}
