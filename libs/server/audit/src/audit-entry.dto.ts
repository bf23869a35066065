import { ApiPage } from '@lakescope/server-http';
import { ApiProperty } from '@nestjs/swagger';
import type { ActingAs, AuditEntry, Outcome } from './audit-entry.entity';

/** One thing somebody did. */
export class AuditEntryDto {
  @ApiProperty({ type: String, example: '1042' })
  id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T08:30:00.000Z' })
  occurred_at!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Who asked for it: a pseudonym after the person has erased their data, null when nobody is known.',
    example: 'ada.keller@lakescope.example',
  })
  user_id!: string | null;

  @ApiProperty({
    type: String,
    enum: ['user', 'app', 'system'],
    description: "With whose rights: the person's own, the app's service principal, or the app's own book-keeping.",
    example: 'app',
  })
  acting_as!: ActingAs;

  @ApiProperty({ type: String, example: 'credential.rotate' })
  action!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  target!: string | null;

  @ApiProperty({ type: String, enum: ['success', 'failure'], example: 'success' })
  outcome!: Outcome;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The error code a failure was answered with.',
    example: null,
  })
  error_code!: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 84.2 })
  duration_ms!: number | null;

  @ApiProperty({ type: String, nullable: true, example: '0b6a1c1e-5a37-4c51-9a52-3d1f1a3f7b0e' })
  correlation_id!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, example: {} })
  details!: Readonly<Record<string, unknown>>;

  static from(entry: AuditEntry): AuditEntryDto {
    return {
      id: entry.id,
      occurred_at: entry.occurredAt.toISOString(),
      user_id: entry.userId,
      acting_as: entry.actingAs,
      action: entry.action,
      target: entry.target,
      outcome: entry.outcome,
      error_code: entry.errorCode,
      duration_ms: entry.durationMs,
      correlation_id: entry.correlationId,
      details: entry.details,
    };
  }
}

/** A page of audit entries, latest first. */
export class AuditEntryPage extends ApiPage(AuditEntryDto) {}
