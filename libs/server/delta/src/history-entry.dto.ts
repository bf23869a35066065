import { ApiProperty } from '@nestjs/swagger';
import { ApiPage } from '@lakescope/server-http';
import type { HistoryEntry } from '@lakescope/delta';
import { countedBy } from './unity-catalog/counted-by';
import type { NamedRow } from './unity-catalog/statement-cells';
import { VIAS, type Via } from './via';

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

  /** Files it added; null where the warehouse tells and the writer did not count them. */
  @ApiProperty({ type: 'integer', nullable: true })
  files_added!: number | null;

  /** Files it removed; null like files_added. */
  @ApiProperty({ type: 'integer', nullable: true })
  files_removed!: number | null;

  /** Bytes it added, as text; null like files_added. */
  bytes_added!: string | null;

  /** Bytes it removed, as text; null like files_added. */
  bytes_removed!: string | null;

  /** Rows it added, as text; null when neither its files nor the writer tell. */
  rows_added!: string | null;

  /** Rows it removed, as text; null when neither its files nor the writer tell. */
  rows_removed!: string | null;

  /** Whether it changed the columns; null when the warehouse tells. */
  @ApiProperty({ type: Boolean, nullable: true })
  schema_changed!: boolean | null;

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

  /** What the warehouse tells of a commit, and what its writer counted. */
  static fromWarehouse(commit: NamedRow): HistoryEntryDto {
    const operation = commit.text('operation');
    const metrics = commit.map('operationMetrics');
    const parameters = commit.object('operationParameters') ?? {};
    const dto = new HistoryEntryDto();
    dto.version = commit.whole('version') ?? 0;
    dto.timestamp = commit.knownTime('timestamp');
    dto.in_commit_timestamp = null;
    dto.commit_timestamp = null;
    dto.operation = operation;
    dto.operation_parameters = parameters;
    dto.operation_metrics = metrics;
    dto.user_name = commit.text('userName');
    dto.user_id = commit.text('userId');
    dto.engine_info = commit.text('engineInfo');
    dto.notebook = commit.object('notebook');
    dto.job = commit.object('job');
    dto.cluster_id = commit.text('clusterId');
    dto.read_version = commit.whole('readVersion');
    dto.isolation_level = commit.text('isolationLevel');
    dto.is_blind_append = commit.truth('isBlindAppend');
    dto.user_metadata = commit.text('userMetadata');
    Object.assign(dto, countedBy(operation, parameters, metrics));
    dto.schema_changed = null;
    return dto;
  }
}

/** A page of commits, newest first. */
export class HistoryPage extends ApiPage(HistoryEntryDto) {
  /** How the table was read. */
  @ApiProperty({ enum: VIAS })
  via!: Via;
}
