import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** With whose rights something was done: the person's own, the app's service principal, or the app's own book-keeping. */
export type ActingAs = 'user' | 'app' | 'system';

export type Outcome = 'success' | 'failure';

/** What people may want to know beside the target: small, and never a secret or the name of a person. */
export type AuditDetails = Readonly<Record<string, unknown>>;

/** One thing somebody did. Entries are added and never changed; the database sees to that. */
@Entity({ name: 'audit_log' })
export class AuditEntry {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ name: 'occurred_at', type: 'timestamptz', precision: 3 })
  occurredAt!: Date;

  /** Null when nobody is known to have done it; a pseudonym after the person has erased their data. */
  @Column({ name: 'user_id', type: 'text', nullable: true })
  userId!: string | null;

  @Column({ name: 'acting_as', type: 'text' })
  actingAs!: ActingAs;

  @Column({ type: 'text' })
  action!: string;

  @Column({ type: 'text', nullable: true })
  target!: string | null;

  @Column({ type: 'text' })
  outcome!: Outcome;

  @Column({ name: 'error_code', type: 'text', nullable: true })
  errorCode!: string | null;

  @Column({ name: 'duration_ms', type: 'double precision', nullable: true })
  durationMs!: number | null;

  @Column({ name: 'correlation_id', type: 'text', nullable: true })
  correlationId!: string | null;

  @Column({ type: 'jsonb' })
  details!: AuditDetails;
}
