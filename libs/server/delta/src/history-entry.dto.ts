import { ApiProperty } from '@nestjs/swagger';
import { ApiPage } from '@lakescope/server-http';
import type { HistoryEntry } from '@lakescope/delta';

/** A commit of a table. */
export class HistoryEntryDto {
  /** Version it made. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  version!: number;

  /** When it was made, as time travel sees it. */
  timestamp!: string;

  /** Time inside the commit, on tables that keep one. */
  in_commit_timestamp!: string | null;

  /** Time by the writer's own clock. */
  commit_timestamp!: string | null;

  /** What was done. */
  @ApiProperty({ type: String, nullable: true, example: 'WRITE' })
  operation!: string | null;

  /** How it was asked for. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  operation_parameters!: Record<string, unknown>;

  /** What the writer counted. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  operation_metrics!: Record<string, string>;

  /** Who did it, as far as the writer said. */
  user_name!: string | null;

  /** Identifier of that user. */
  user_id!: string | null;

  /** Program that wrote it. */
  engine_info!: string | null;

  /** Notebook it came from. */
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  notebook!: Record<string, unknown> | null;

  /** Job it came from. */
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  job!: Record<string, unknown> | null;

  /** Cluster it ran on. */
  cluster_id!: string | null;

  /** Version the writer had read. */
  @ApiProperty({ type: 'integer', nullable: true })
  read_version!: number | null;

  /** How strictly it was kept apart from other writers. */
  isolation_level!: string | null;

  /** Whether it added rows without reading any. */
  is_blind_append!: boolean | null;

  /** Note the writer left. */
  user_metadata!: string | null;

  /** Files it added. */
  @ApiProperty({ type: 'integer' })
  files_added!: number;

  /** Files it removed. */
  @ApiProperty({ type: 'integer' })
  files_removed!: number;

  /** Bytes it added, as text. */
  bytes_added!: string;

  /** Bytes it removed, as text. */
  bytes_removed!: string;

  /** Rows it added, as text; null when neither its files nor the writer tell. */
  rows_added!: string | null;

  /** Rows it removed, as text; null when neither its files nor the writer tell. */
  rows_removed!: string | null;

  /** Whether it changed the columns. */
  schema_changed!: boolean;

  static from(entry: HistoryEntry): HistoryEntryDto {
    const dto = new HistoryEntryDto();
    dto.version = entry.version;
    dto.timestamp = entry.timestamp.toISOString();
    dto.in_commit_timestamp = entry.inCommitTimestamp?.toISOString() ?? null;
    dto.commit_timestamp = entry.commitTimestamp?.toISOString() ?? null;
    dto.operation = entry.operation ?? null;
    dto.operation_parameters = entry.operationParameters;
    dto.operation_metrics = entry.operationMetrics;
    dto.user_name = entry.userName ?? null;
    dto.user_id = entry.userId ?? null;
    dto.engine_info = entry.engineInfo ?? null;
    dto.notebook = entry.notebook ?? null;
    dto.job = entry.job ?? null;
    dto.cluster_id = entry.clusterId ?? null;
    dto.read_version = entry.readVersion ?? null;
    dto.isolation_level = entry.isolationLevel ?? null;
    dto.is_blind_append = entry.isBlindAppend ?? null;
    dto.user_metadata = entry.userMetadata ?? null;
    dto.files_added = entry.filesAdded;
    dto.files_removed = entry.filesRemoved;
    dto.bytes_added = entry.bytesAdded.toString();
    dto.bytes_removed = entry.bytesRemoved.toString();
    dto.rows_added = entry.rowsAdded?.toString() ?? null;
    dto.rows_removed = entry.rowsRemoved?.toString() ?? null;
    dto.schema_changed = entry.schemaChanged;
    return dto;
  }
}

/** A page of commits, newest first. */
export class HistoryPage extends ApiPage(HistoryEntryDto) {}
