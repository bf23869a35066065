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
 * they did (tables whose rows only lose their name) counts as activity but is nobody's orphaned record: the trail stays. It is long, so it
 * is only asked for the last deed of each person in question.
 */
export async function inactiveUsers(
  tx: EntityManager,
  { tables, inactiveDays, except }: InactivityQuestion,
  page: { after?: string | undefined; limit?: number } = {},
): Promise<InactiveUser[]> {
  const kept = tables.filter(isDeletable);
  if (kept.length === 0) return [];
  const trails = tables.filter((table) => !isDeletable(table) && table.activityColumn !== undefined);
  const lastActive = `greatest(${['last_kept', ...trails.map((_, index) => `trail_${index}.last_done`)].join(', ')})`;
  return (await tx.query(
    `WITH kept AS (
       SELECT user_id, max(last_kept) AS last_kept,
              jsonb_agg(jsonb_build_object('table', table_name, 'rows', row_count) ORDER BY table_name) AS tables
       FROM (${kept.map(keptIn).join(' UNION ALL ')}) AS by_table
       GROUP BY user_id
     )
     SELECT kept.user_id AS "userId", ${lastActive} AS "lastActiveAt", tables
     FROM kept ${trails.map((table, index) => (table.activityIn === undefined ? lastDeedIn : lastDeedsIn)(table, index)).join(' ')}
     WHERE ${lastActive} < now() - make_interval(days => $2)
     ORDER BY kept.user_id COLLATE "C" LIMIT $4`,
    [except, inactiveDays, page.after ?? '', page.limit ?? null],
  )) as InactiveUser[];
}

export function isDeletable({ onErase }: UserOwnedTable): boolean {
  return onErase === 'delete';
}

/** Rows of a table that does not tell of activity are kept as well: when their owner was here, another table says. */
function keptIn(table: UserOwnedTable): string {
  const user = escapeIdentifier(table.userColumn);
  return `
    SELECT ${user} AS user_id, ${escapeLiteral(table.name)} AS table_name, count(*) AS row_count,
           max(${table.activityColumn === undefined ? 'NULL::timestamptz' : activityOf(table)}) AS last_kept
    FROM ${escapeIdentifier(table.name)}
    WHERE ${user} <> $1 AND ${user} COLLATE "C" > $3 AND ${user} NOT LIKE ${escapeLiteral(PSEUDONYMS)}
    GROUP BY ${user}`;
}

function lastDeedIn(table: UserOwnedTable, index: number): string {
  return `
    LEFT JOIN LATERAL (
      SELECT max(${activityOf(table)}) AS last_done
      FROM ${escapeIdentifier(table.name)} WHERE ${escapeIdentifier(table.userColumn)} = kept.user_id
    ) AS trail_${index} ON true`;
}

/** For everybody at once: a table that has no index by person is read one time. */
function lastDeedsIn(table: UserOwnedTable, index: number): string {
  const user = escapeIdentifier(table.userColumn);
  return `
    LEFT JOIN (
      SELECT ${user} AS user_id, max(${activityOf(table)}) AS last_done
      FROM ${escapeIdentifier(table.name)} WHERE ${table.activityIn ?? 'true'} GROUP BY 1
    ) AS trail_${index} ON trail_${index}.user_id = kept.user_id`;
}

function activityOf({ name, activityColumn }: UserOwnedTable): string {
  if (activityColumn === undefined) throw new Error(`The table ${name} does not tell when somebody was here`);
  return escapeIdentifier(activityColumn);
}
