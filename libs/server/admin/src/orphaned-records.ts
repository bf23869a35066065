import { AuditLog } from '@lakescope/server-audit';
import { Cursors, type UserCaller } from '@lakescope/server-http';
import { Database, UserOwnedTables } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import { escapeIdentifier } from 'pg';
import type { EntityManager } from 'typeorm';
import { inactiveUsers, isDeletable, type InactiveUser } from './inactive-users';
import type {
  ListOrphanedRecordsQuery,
  OrphanedRecordsDto,
  OrphanedRecordsPage,
  PurgeOrphanedRecordsQuery,
  PurgeResultDto,
} from './orphaned-records.dto';
import type { TableRowsDto } from './table-rows.dto';

/** Each looks at every row of every user, which may take its time. */
const FEATURE = { feature: 'Cleaning up orphaned records', statementTimeoutMs: 60_000 };

/** Who waits for a lock on a table holds up everybody who comes to write after it. */
const LOCK_PATIENCE_MS = 2_000;

/** What is kept for people who have not been here for long. */
@Injectable()
export class OrphanedRecords {
  constructor(
    private readonly database: Database,
    private readonly tables: UserOwnedTables,
    private readonly auditLog: AuditLog,
    private readonly cursors: Cursors,
  ) {}

  async list(caller: UserCaller, query: ListOrphanedRecordsQuery): Promise<OrphanedRecordsPage> {
    const { inactive_days, limit, cursor } = query;
    const scope = JSON.stringify(['orphaned-records', inactive_days]);
    const after = cursor === undefined ? undefined : String(this.cursors.decode(scope, cursor));
    const found = await this.database.asSystem(
      (tx) => inactiveUsers(tx, this.question(caller, inactive_days), { after, limit: limit + 1 }),
      { ...FEATURE, repeat: 'read' },
    );
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return {
      items: items.map(toDto),
      next_cursor: last === undefined ? null : this.cursors.encode(scope, last.userId),
    };
  }

  /** Counts, or counts and deletes: by the same statements, so that the one foretells the other. */
  async purge(caller: UserCaller, { inactive_days, dry_run }: PurgeOrphanedRecordsQuery): Promise<PurgeResultDto> {
    const startedAt = performance.now();
    return this.database.asSystem(
      async (tx) => {
        // Who comes back in the midst of it waits, and so neither loses half of their rows nor makes the counts wrong.
        if (!dry_run) await this.holdWriters(tx);
        const users = (await inactiveUsers(tx, this.question(caller, inactive_days))).map(({ userId }) => userId);
        const tables: TableRowsDto[] = [];
        for (const { name, userColumn } of this.tables.all.filter(isDeletable)) {
          const theirs = `FROM ${escapeIdentifier(name)} WHERE ${escapeIdentifier(userColumn)} = ANY($1::text[])`;
          tables.push({ table: name, rows: await (dry_run ? count(tx, theirs, users) : remove(tx, theirs, users)) });
        }
        const rows = tables.reduce((sum, table) => sum + table.rows, 0);
        const result = { inactive_days, users: users.length, rows, tables };
        if (!dry_run) {
          await this.auditLog.record(tx, {
            userId: caller.userId,
            actingAs: 'system',
            action: 'orphaned_records.purge',
            outcome: 'success',
            durationMs: Math.round(performance.now() - startedAt),
            details: result,
          });
        }
        return { dry_run, ...result };
      },
      { ...FEATURE, repeat: dry_run ? 'read' : 'write' },
    );
  }

  private question(caller: UserCaller, inactiveDays: number): Parameters<typeof inactiveUsers>[1] {
    return { tables: this.tables.all, inactiveDays, except: caller.userId };
  }

  private async holdWriters(tx: EntityManager): Promise<void> {
    // What goes by itself is never purged, and is written to all the time.
    const held = this.tables.all.filter(({ onErase }) => typeof onErase !== 'function');
    const names = held.map(({ name }) => escapeIdentifier(name)).join(', ');
    await tx.query(`SELECT set_config('lock_timeout', $1, true)`, [String(LOCK_PATIENCE_MS)]);
    await tx.query(`LOCK TABLE ${names} IN SHARE ROW EXCLUSIVE MODE`);
  }
}

async function count(tx: EntityManager, theirs: string, users: readonly string[]): Promise<number> {
  return one(await tx.query(`SELECT count(*)::float8 AS rows ${theirs}`, [users]));
}

async function remove(tx: EntityManager, theirs: string, users: readonly string[]): Promise<number> {
  return one(
    await tx.query(`WITH gone AS (DELETE ${theirs} RETURNING 1) SELECT count(*)::float8 AS rows FROM gone`, [users]),
  );
}

function one(answer: unknown): number {
  const [row] = answer as { rows: number }[];
  return row?.rows ?? 0;
}

function toDto({ userId, lastActiveAt, tables }: InactiveUser): OrphanedRecordsDto {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  return { user_id: userId, rows, tables, last_active_at: lastActiveAt.toISOString() };
}
