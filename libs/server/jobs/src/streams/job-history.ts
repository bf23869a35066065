import { Database } from '@lakescope/server-persistence';
import type { StreamedEvents, StreamedHistory } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { progressEvents, readTables } from '../queue/run-rows';
import { findJob, jobSummaryOf } from '../runs/job-row';
import { LOG_LEVELS, type LogLevel } from '../runs/job-values';
import { JobFeed } from './job-feed';

const READING = { feature: 'Ingestion jobs', repeat: 'read' } as const;
/** All that a reader is told at once is of one instant. */
const AT_ONE_INSTANT = { feature: 'Ingestion jobs', repeat: 'read', snapshot: true } as const;
/** Read at once. */
const PAGE = 100;

/** With the version of the job's row from before they were read: what is told meanwhile changes it. */
interface ReadEvents extends StreamedEvents {
  readonly version: string | undefined;
}

/** Which lines of a log are asked for. */
export interface LineFilter {
  /** The least level. */
  readonly level?: LogLevel | undefined;
  readonly table?: string | undefined;
}

/** A line of the log of a job. */
export interface LogLine {
  readonly id: string;
  readonly at: string;
  readonly level: LogLevel;
  readonly table: string | null;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

interface LineRow {
  line_id: string;
  told_at: Date;
  level: LogLevel;
  table_name: string | null;
  message: string;
  details: Record<string, unknown>;
}

/** What has been told about jobs, for whoever was let in. Readers of the same job at the same place share one question. */
@Injectable()
export class JobHistories {
  private readonly asking = new Map<string, Promise<ReadEvents>>();

  constructor(
    private readonly database: Database,
    private readonly feed: JobFeed,
  ) {}

  /** Named `status` and `progress`. Whoever has missed events that are gone gets the present state first. */
  events(jobId: string): StreamedHistory {
    return this.history(jobId, ['events', jobId], async (tx, id) => {
      const missed = await stateAfter(tx, jobId, id);
      if (missed !== undefined) return missed;
      const rows = (await tx.query(
        `SELECT event_id, event, data FROM ingestion_job_events WHERE job_id = $1 AND event_id > $2 ORDER BY event_id LIMIT ${PAGE}`,
        [jobId, id],
      )) as { event_id: string; event: string; data: unknown }[];
      return rows.map(({ event_id, event, data }) => ({ id: event_id, event, data: JSON.stringify(data) }));
    });
  }

  /** Named `log`, or not at all: browsers hand unnamed events to `onmessage`. */
  lines(jobId: string, filter: LineFilter, name: 'log' | undefined): StreamedHistory {
    const { level, table } = filter;
    return this.history(jobId, ['lines', jobId, level ?? null, table ?? null, name ?? null], async (tx, id) => {
      const lines = await readLines(tx, jobId, id, filter);
      return lines.map((line) => ({ id: line.id, event: name, data: JSON.stringify(line) }));
    });
  }

  /** Every line, page by page. */
  async *download(jobId: string, filter: LineFilter, after: string): AsyncGenerator<string> {
    for (let id = after; ;) {
      const lines = await this.database.asSystem((tx) => readLines(tx, jobId, id, filter), READING);
      if (lines.length > 0) yield lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      const last = lines.at(-1);
      if (last === undefined || lines.length < PAGE) return;
      id = last.id;
    }
  }

  private history(
    jobId: string,
    scope: readonly unknown[],
    read: (tx: EntityManager, id: string) => Promise<StreamedEvents['events']>,
  ): StreamedHistory {
    const ask = (id: string): Promise<ReadEvents> =>
      this.database.asSystem(async (tx) => {
        // Before the events: what ends a job is told in the transaction that ends it.
        const [job] = (await tx.query(
          'SELECT ended_at IS NOT NULL AS ended, xmin::text AS version FROM ingestion_jobs WHERE job_id = $1',
          [jobId],
        )) as { ended: boolean; version: string }[];
        const events = await read(tx, id);
        return { events, isOver: (job?.ended ?? true) && events.length < PAGE, version: job?.version };
      }, AT_ONE_INSTANT);
    let version: string | undefined;
    return {
      readAfter: async (id) => {
        const found = await this.once(JSON.stringify([...scope, id]), () => ask(id));
        version = found.version;
        return found;
      },
      untilChanged: (signal) => this.feed.untilChanged(jobId, version, signal),
    };
  }

  private once(key: string, ask: () => Promise<ReadEvents>): Promise<ReadEvents> {
    const known = this.asking.get(key);
    if (known !== undefined) return known;
    const answer = ask().finally(() => this.asking.delete(key));
    this.asking.set(key, answer);
    return answer;
  }
}

/**
 * The present state of the job in the place of events that this reader has missed and that are gone: of a job only the newest are kept, and
 * its last one is as long as the job. Undefined where nothing is missed.
 */
async function stateAfter(tx: EntityManager, jobId: string, id: string): Promise<StreamedEvents['events'] | undefined> {
  const [oldest] = (await tx.query(
    `SELECT event_id, event = 'status' AND data ->> 'status' = 'pending' AS is_first, event_id > $2 AS is_after
       FROM ingestion_job_events WHERE job_id = $1 ORDER BY event_id LIMIT 1`,
    [jobId, id],
  )) as { event_id: string; is_first: boolean; is_after: boolean }[];
  if (oldest === undefined || oldest.is_first || !oldest.is_after) return undefined;
  const job = await findJob(tx, jobId);
  if (job === undefined) return undefined;
  const [newest] = (await tx.query(
    'SELECT event_id FROM ingestion_job_events WHERE job_id = $1 ORDER BY event_id DESC LIMIT 1',
    [jobId],
  )) as { event_id: string }[];
  const progress = progressEvents(job, await readTables(tx, jobId));
  const { cancel_requested } = jobSummaryOf(job);
  const status = { status: job.status, failure: job.failure, ...(cancel_requested ? { cancel_requested } : {}) };
  return [
    // Who does not hear all of it begins again where it was.
    ...[...progress].map((data) => ({ id, event: 'progress', data: JSON.stringify(data) })),
    { id: newest?.event_id ?? id, event: 'status', data: JSON.stringify(status) },
  ];
}

async function readLines(tx: EntityManager, jobId: string, after: string, filter: LineFilter): Promise<LogLine[]> {
  const { level = 'info', table } = filter;
  const rows = (await tx.query(
    `SELECT line_id, told_at, level, table_name, message, details FROM ingestion_job_logs
      WHERE job_id = $1 AND line_id > $2 AND level = ANY ($3) AND ($4::text IS NULL OR table_name = $4)
      ORDER BY line_id LIMIT ${PAGE}`,
    [jobId, after, LOG_LEVELS.slice(LOG_LEVELS.indexOf(level)), table ?? null],
  )) as LineRow[];
  return rows.map(({ line_id, told_at, table_name, ...row }) => ({
    id: line_id,
    at: told_at.toISOString(),
    level: row.level,
    table: table_name,
    message: row.message,
    details: row.details,
  }));
}
