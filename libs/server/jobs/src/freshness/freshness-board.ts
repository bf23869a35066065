import { Cursors, type UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JobAccess } from '../runs/job-access';
import { targetUriOf } from '../runs/job-places';
import type { ListFreshnessQuery } from './ask-freshness.dto';
import type { FreshnessCountsDto, FreshnessPage, FreshnessSummaryDto } from './freshness.dto';
import {
  countsOf,
  tableFreshnessOf,
  targetFreshnessOf,
  TOLD_FRESHNESS,
  type FeedRow,
  type FreshnessRow,
} from './freshness-rows';

const READING = { feature: 'Ingestion jobs', snapshot: true, repeat: 'read' } as const;
/** Targets told with the summary: enough for a page, and the worst ones first. */
const TARGETS = 100;

/** How ingested tables stand, for whoever ingests them and for administrators. */
@Injectable()
export class FreshnessBoard {
  constructor(
    private readonly access: JobAccess,
    private readonly cursors: Cursors,
  ) {}

  /** Throws `JobsOfOthersRefused`, and `InvalidRequest` for a target that is no place. */
  async list(caller: UserCaller, query: ListFreshnessQuery): Promise<FreshnessPage> {
    const isOwn = (query.scope ?? 'mine') === 'mine';
    const transact = await this.access.rows(caller, isOwn);
    const { limit, cursor, q, state, sort } = query;
    const asked = {
      userId: isOwn ? caller.userId : null,
      target: query.target === undefined ? null : targetUriOf(query.target, 'target'),
      q: q?.toLowerCase() ?? null,
      state: state ?? null,
      sort,
    };
    const scope = JSON.stringify(['freshness', asked.userId, asked.target, asked.q, asked.state, sort]);
    const after = this.cursors.decodeTexts(scope, cursor, 4);
    const read = async (tx: EntityManager): Promise<[FreshnessRow[], FreshnessSummaryDto]> => [
      await readTables(tx, asked, limit + 1, after),
      await readSummary(tx, asked.userId, asked.target),
    ];
    const [found, summary] = await transact(read, READING);
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    return {
      items: rows.map(tableFreshnessOf),
      next_cursor: last === undefined ? null : this.cursors.encode(scope, keyOf(last)),
      summary,
    };
  }
}

interface Asked {
  readonly userId: string | null;
  readonly target: string | null;
  readonly q: string | null;
  readonly state: string | null;
  readonly sort: ListFreshnessQuery['sort'];
}

/** What a page ends with: how far behind (-1 where that is not known), and which table. */
type Key = readonly [behind: string, table: string, pair: string, user: string];

const keyOf = (row: FreshnessRow): string[] => [row.behind_ms ?? '-1', row.table_name, row.pair_key, row.user_id];

function readTables(tx: EntityManager, asked: Asked, limit: number, after: Key | undefined): Promise<FreshnessRow[]> {
  // One direction for all parts of the order, so that it can be compared as a row.
  const lag = asked.sort === 'lag' ? '-coalesce(behind_ms, -1)' : '0::bigint';
  const [behind = null, table = null, pair = null, user = null] = after ?? [];
  return tx.query(
    `SELECT * FROM ${TOLD_FRESHNESS}
      WHERE ($1::text IS NULL OR user_id = $1) AND ($2::text IS NULL OR target_uri = $2)
        AND ($3::text IS NULL OR position($3 IN lower(table_name)) > 0) AND ($4::text IS NULL OR state = $4)
        AND ($6::text IS NULL OR (${lag}, table_name, pair_key, user_id) > ($5::bigint, $6, $7, $8))
      ORDER BY ${lag}, table_name, pair_key, user_id LIMIT $9`,
    [
      asked.userId,
      asked.target,
      asked.q,
      asked.state,
      behind === null ? null : asked.sort === 'lag' ? String(-BigInt(behind)) : '0',
      table,
      pair,
      user,
      limit,
    ],
  ) as Promise<FreshnessRow[]>;
}

const COUNTS = ['fresh', 'late', 'blocked', 'unknown']
  .map((state) => `count(*) FILTER (WHERE state = '${state}')::int AS ${state}`)
  .join(', ');

async function readSummary(
  tx: EntityManager,
  userId: string | null,
  target: string | null,
): Promise<FreshnessSummaryDto> {
  const which = `($1::text IS NULL OR user_id = $1) AND ($2::text IS NULL OR target_uri = $2)`;
  const [counts] = (await tx.query(`SELECT ${COUNTS} FROM ${TOLD_FRESHNESS} WHERE ${which}`, [
    userId,
    target,
  ])) as FreshnessCountsDto[];
  if (counts === undefined) throw new Error('The database answered without a row');
  const feeds = (await tx.query(
    `SELECT feed.*, coalesce(fresh, 0) AS fresh, coalesce(late, 0) AS late, coalesce(blocked, 0) AS blocked,
            coalesce(unknown, 0) AS unknown, worst_ms, every_table.minutes
       FROM ingestion_feeds feed
       LEFT JOIN (SELECT user_id AS whose, pair_key AS pair, ${COUNTS}, max(behind_ms) AS worst_ms
               FROM ${TOLD_FRESHNESS} WHERE ${which} GROUP BY user_id, pair_key) counted
         ON whose = feed.user_id AND pair = feed.pair_key
       LEFT JOIN ingestion_thresholds every_table ON every_table.user_id = feed.user_id
            AND every_table.target_uri = feed.target_uri AND every_table.table_name = ''
      WHERE ($1::text IS NULL OR feed.user_id = $1) AND ($2::text IS NULL OR feed.target_uri = $2)
      ORDER BY coalesce(blocked, 0) DESC, coalesce(late, 0) DESC, worst_ms DESC NULLS LAST, feed.target_uri, feed.pair_key, feed.user_id
      LIMIT $3`,
    [userId, target, TARGETS],
  )) as FeedRow[];
  return { ...countsOf(counts), targets: feeds.map(targetFreshnessOf) };
}
