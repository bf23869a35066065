import { Cursors, InvalidRequest, type JsonValue } from '@lakescope/server-http';
import { Database } from '@lakescope/server-persistence';
import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { AuditEntry } from './audit-entry.entity';
import { AuditEntryDto, type AuditEntryPage } from './audit-entry.dto';
import type { AuditFilter, ListAuditEntriesQuery } from './list-audit-entries.dto';

const READING = { feature: 'The audit log', repeat: 'read' } as const;

/** Where a page ended. Entries that come later are before the first page, so no page shifts. */
interface Place {
  occurredAt: string;
  id: string;
}

export interface AuditPage {
  entries: AuditEntry[];
  /** Where the next page begins; undefined when this is the last one. */
  next: Place | undefined;
}

/** Reads the audit log, latest first. Everybody's entries: for administrators only. */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  async list(query: ListAuditEntriesQuery): Promise<AuditEntryPage> {
    const scope = JSON.stringify(['audit', filterOf(query)]);
    const after = query.cursor === undefined ? undefined : placeOf(this.cursors.decode(scope, query.cursor));
    const { entries, next } = await this.page(query, query.limit, after);
    return {
      items: entries.map((entry) => AuditEntryDto.from(entry)),
      next_cursor: next === undefined ? null : this.cursors.encode(scope, [next.occurredAt, next.id]),
    };
  }

  /** In a transaction of its own, so that a slow reader of many pages holds no connection. */
  async page(filter: AuditFilter, limit: number, after?: Place): Promise<AuditPage> {
    if (filter.from !== undefined && filter.to !== undefined && Date.parse(filter.from) >= Date.parse(filter.to)) {
      throw new InvalidRequest('to must be later than from', [{ path: 'to', message: 'must be later than from' }]);
    }
    const found = await this.database.asSystem(
      (tx) =>
        wanted(tx, filter, after)
          .limit(limit + 1)
          .getMany(),
      READING,
    );
    const entries = found.slice(0, limit);
    const last = found.length > limit ? entries.at(-1) : undefined;
    return {
      entries,
      next: last === undefined ? undefined : { occurredAt: last.occurredAt.toISOString(), id: last.id },
    };
  }
}

function wanted(tx: EntityManager, filter: AuditFilter, after: Place | undefined): SelectQueryBuilder<AuditEntry> {
  const select = tx.createQueryBuilder(AuditEntry, 'entry').orderBy({ 'entry.occurredAt': 'DESC', 'entry.id': 'DESC' });
  if (filter.user_id !== undefined) select.andWhere('entry.userId = :userId', { userId: filter.user_id });
  if (filter.action !== undefined) select.andWhere('entry.action = :action', { action: filter.action });
  if (filter.outcome !== undefined) select.andWhere('entry.outcome = :outcome', { outcome: filter.outcome });
  if (filter.correlation_id !== undefined) {
    select.andWhere('entry.correlationId = :correlationId', { correlationId: filter.correlation_id });
  }
  if (filter.from !== undefined) select.andWhere('entry.occurredAt >= :from', { from: new Date(filter.from) });
  if (filter.to !== undefined) select.andWhere('entry.occurredAt < :to', { to: new Date(filter.to) });
  if (after !== undefined) {
    select.andWhere('(entry.occurredAt, entry.id) < (:occurredAt::timestamptz, :id::bigint)', { ...after });
  }
  return select;
}

/** What the list was asked for: a cursor of another question is refused. */
function filterOf({ user_id, action, outcome, correlation_id, from, to }: AuditFilter): JsonValue {
  return [user_id, action, outcome, correlation_id, from, to].map((value) => value ?? null);
}

function placeOf(value: JsonValue): Place {
  const [occurredAt, id] = Array.isArray(value) ? value : [];
  if (typeof occurredAt !== 'string' || typeof id !== 'string')
    throw new Error('A signed cursor of audit entries is odd');
  return { occurredAt, id };
}
