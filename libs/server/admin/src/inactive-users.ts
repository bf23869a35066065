import { PSEUDONYMS } from '@lakescope/server-audit';
import type { UserOwnedTable } from '@lakescope/server-persistence';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { EntityManager } from 'typeorm';

/** Somebody who has not been here for long, and what a purge would delete. */
export interface InactiveUser {
  userId: string;
  lastActiveAt: Date;
  tables: { table: string; rows: number }[];
}

export interface InactivityQuestion {
  tables: readonly UserOwnedTable[];
  inactiveDays: number;
  /** Never inactive, however old their rows are: the person who asks. */
  except: string;
}

/**
 * People whose last activity over all tables lies before the limit and for whom something is kept that may be deleted, by user id. What
 * they did (tables whose rows only lose their name) counts as activity but is nobody's orphaned record: the trail stays.
 */
export async function inactiveUsers(
  tx: EntityManager,
  { tables, inactiveDays, except }: InactivityQuestion,
  page: { after?: string | undefined; limit?: number } = {},
): Promise<InactiveUser[]> {
  if (!tables.some(isDeletable)) return [];
  return (await tx.query(
    `SELECT user_id AS "userId", max(last_active_at) AS "lastActiveAt",
            jsonb_agg(jsonb_build_object('table', table_name, 'rows', row_count) ORDER BY table_name)
              FILTER (WHERE deletable) AS tables
     FROM (${tables.map(activityIn).join(' UNION ALL ')}) AS activity
     GROUP BY user_id
     HAVING max(last_active_at) < now() - make_interval(days => $2) AND bool_or(deletable)
     ORDER BY user_id COLLATE "C" LIMIT $4`,
    [except, inactiveDays, page.after ?? '', page.limit ?? null],
  )) as InactiveUser[];
}

export function isDeletable({ onErase }: UserOwnedTable): boolean {
  return onErase === 'delete';
}

function activityIn(table: UserOwnedTable): string {
  const user = escapeIdentifier(table.userColumn);
  return `
    SELECT ${user} AS user_id, ${escapeLiteral(table.name)} AS table_name, count(*) AS row_count,
           max(${escapeIdentifier(table.activityColumn)}) AS last_active_at, ${isDeletable(table)} AS deletable
    FROM ${escapeIdentifier(table.name)}
    WHERE ${user} <> $1 AND ${user} COLLATE "C" > $3 AND ${user} NOT LIKE ${escapeLiteral(PSEUDONYMS)}
    GROUP BY ${user}`;
}
