import type { UserCaller } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable, Logger } from '@nestjs/common';
import { dirtyMarks, ledgerEntry } from '../collection/ledger-statement';
import { MetricsBoot } from '../collection/metrics-boot';
import { PartitionsReady } from '../collection/partitions-ready';
import { textArray, timestampArray } from '../collection/postgres-arrays';
import type { StorableEvent } from './usage-event-judge';

/**
 * The events, their entry in the books and the marks of their buckets, all in one statement: the entry counts exactly what was inserted.
 * An event that is there already (sent again, twice in one batch) is passed over.
 */
const INSERT = `
  WITH stored AS (
    INSERT INTO usage_events (event_id, "timestamp", user_id, event_type, page_name, element_id, success, metadata)
    SELECT event_id::uuid, happened_at, $1, event_type, page_name, element_id, success, metadata::jsonb
    FROM unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[])
      AS event (event_id, happened_at, event_type, page_name, element_id, success, metadata)
    ON CONFLICT DO NOTHING
    RETURNING "timestamp"
  ), entry AS (
    ${ledgerEntry({ kind: 'usage', entry: 'events', rows: 'count(*)', from: 'stored HAVING count(*) > 0', boot: 9 })}
  ), marks AS (
    ${dirtyMarks({ kind: 'usage', times: '"timestamp"', from: 'stored', boot: 9 })}
  )
  SELECT count(*)::integer AS inserted FROM stored`;

/** Stores usage events, in the name of whose they are: row-level security holds each row to that. */
@Injectable()
export class UsageEventStore {
  private readonly logger = new Logger('Metrics');

  constructor(
    private readonly database: Database,
    private readonly boot: MetricsBoot,
    private readonly partitions: PartitionsReady,
  ) {}

  /** How many of the events were not there yet. When it answers they are committed; when it throws, ids tell at the next try. */
  async insert(caller: UserCaller, events: readonly StorableEvent[]): Promise<number> {
    await this.partitionsAreThere();
    const columns = [
      texts(events, ({ eventId }) => eventId),
      timestampArray(Float64Array.from(events, ({ epochMs }) => epochMs)),
      texts(events, ({ eventType }) => eventType),
      texts(events, ({ pageName }) => pageName),
      texts(events, ({ elementId }) => elementId),
      events.map(({ success }) => success),
      texts(events, ({ metadata }) => metadata),
    ];
    const seq = this.boot.nextSeq();
    const [row] = await this.database.asUser<{ inserted: number }[]>(
      caller,
      (tx) => tx.query(INSERT, [caller.userId, ...columns, this.boot.id, seq]),
      { feature: 'Recording usage events', repeat: 'write' },
    );
    return row?.inserted ?? 0;
  }

  /** Without them the rows lie in the default partition until somebody makes them, which is no reason to refuse anything. */
  private async partitionsAreThere(): Promise<void> {
    try {
      await this.partitions.ensured();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.logger.debug(`Usage events do not wait for the partitions of their days: ${reason}`);
    }
  }
}

function texts(events: readonly StorableEvent[], textOf: (event: StorableEvent) => string | null): Buffer {
  const encoded = events.map((event) => {
    const text = textOf(event);
    return text === null ? undefined : Buffer.from(text);
  });
  return textArray(encoded.length, (index) => encoded[index]);
}
