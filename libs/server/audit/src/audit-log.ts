import { currentCorrelationId, redactKeys, redactText, type ErrorCode } from '@lakescope/server-http';
import { UserOwnedTables } from '@lakescope/server-persistence';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ActingAs, AuditDetails, Outcome } from './audit-entry.entity';

/** What is written down. */
export interface NewAuditEntry {
  /** Who asked for it; null when nobody did. In a person's transaction it can only be that person. */
  userId: string | null;
  actingAs: ActingAs;
  /** A noun and a verb, e.g. `credential.rotate`. */
  action: string;
  /** What it was done to, by a name that is no person's. */
  target?: string | undefined;
  outcome: Outcome;
  errorCode?: ErrorCode | undefined;
  durationMs?: number | undefined;
  /** The request's own when left out; null for an entry that must not lead back to the log. */
  correlationId?: string | null | undefined;
  details?: AuditDetails | undefined;
}

/** The database itself refuses to delete younger ones. */
const KEPT_FOR = '365 days';

const CORRELATION_CHARACTERS = 64;
const TARGET_CHARACTERS = 500;
const DETAIL_CHARACTERS = 500;
const DETAILS_CHARACTERS = 4096;

/** Writes down who did what. What must be true of both or of neither is written in one transaction. */
@Injectable()
export class AuditLog implements OnModuleInit {
  constructor(private readonly userOwnedTables: UserOwnedTables) {}

  onModuleInit(): void {
    this.userOwnedTables.register({
      name: 'audit_log',
      userColumn: 'user_id',
      activityColumn: 'occurred_at',
      exportColumns: [
        'id',
        'occurred_at',
        'acting_as',
        'action',
        'target',
        'outcome',
        'error_code',
        'duration_ms',
        'correlation_id',
        'details',
      ],
      onErase: 'pseudonymise',
    });
  }

  /** Deletes entries that are older than they have to be kept; as the system. Answers how many they were. */
  async expire(tx: EntityManager): Promise<number> {
    const [row] = (await tx.query(
      `WITH gone AS (DELETE FROM audit_log WHERE occurred_at <= now() - $1::interval RETURNING 1)
       SELECT count(*)::float8 AS entries FROM gone`,
      [KEPT_FOR],
    )) as { entries: number }[];
    return row?.entries ?? 0;
  }

  /** In the transaction of the write it tells of: a rollback takes both away. */
  async record(tx: EntityManager, entry: NewAuditEntry): Promise<void> {
    const correlationId = entry.correlationId === undefined ? currentCorrelationId() : entry.correlationId;
    await tx.query(
      `INSERT INTO audit_log
         (user_id, acting_as, action, target, outcome, error_code, duration_ms, correlation_id, details)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb)`,
      [
        entry.userId,
        entry.actingAs,
        entry.action,
        entry.target === undefined ? null : storable(entry.target, TARGET_CHARACTERS),
        entry.outcome,
        entry.errorCode ?? null,
        entry.durationMs ?? null,
        correlationId?.slice(0, CORRELATION_CHARACTERS) ?? null,
        detailsJson(entry.details ?? {}),
      ],
    );
  }
}

/** Secrets are taken out before the text is cut, so that none hides at the end; Postgres stores neither U+0000 nor half characters. */
function storable(text: string, characters: number): string {
  const clean = redactText(text).replaceAll('\u0000', '\ufffd');
  return Buffer.from(clean.slice(0, characters)).toString();
}

function detailsJson(details: AuditDetails): string {
  const json = JSON.stringify(redactKeys({ ...details }), (_key, value: unknown) =>
    typeof value === 'string' ? storable(value, DETAIL_CHARACTERS) : value,
  );
  return json.length > DETAILS_CHARACTERS ? '{"truncated":true}' : json;
}
