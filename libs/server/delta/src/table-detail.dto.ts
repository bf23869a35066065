import { ApiProperty } from '@nestjs/swagger';
import type { CommitInfoView, Snapshot } from '@lakescope/delta';
import { TableFeatureDto } from './table-feature.dto';

/** The commit that made a version. */
export class LastCommitDto {
  /** Version it made. */
  @ApiProperty({ type: 'integer' })
  version!: number;

  /** When it was made. */
  timestamp!: string | null;

  /** What was done. */
  operation!: string | null;

  /** How it was asked for. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  operation_parameters!: Record<string, unknown>;

  /** Who did it, as far as the writer said. */
  user_name!: string | null;

  /** Program that wrote it. */
  engine_info!: string | null;

  static from(commit: CommitInfoView): LastCommitDto {
    const dto = new LastCommitDto();
    dto.version = commit.version;
    dto.timestamp = commit.timestamp?.toISOString() ?? null;
    dto.operation = commit.operation ?? null;
    dto.operation_parameters = commit.operationParameters;
    dto.user_name = commit.userName ?? null;
    dto.engine_info = commit.engineInfo ?? null;
    return dto;
  }
}

/** One version of a Delta table, described. */
export class TableDetailDto {
  /** Always delta. */
  @ApiProperty({ enum: ['delta'] })
  format!: 'delta';

  /** How the table was read. */
  @ApiProperty({ enum: ['files'] })
  via!: 'files';

  /** The table's own identifier. */
  id!: string;

  /** Name the table was given, if any. */
  name!: string | null;

  /** Description the table was given, if any. */
  description!: string | null;

  /** Where the table is. */
  @ApiProperty({ example: '/Volumes/demo/lake/tables/airports' })
  location!: string;

  /** Version that is described. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  version!: number;

  /** When this version was made, as time travel sees it. */
  timestamp!: string;

  /** Whether the time comes from the commit itself or from its file. */
  @ApiProperty({ enum: ['in-commit', 'file'] })
  timestamp_source!: 'in-commit' | 'file';

  /** When the table was created, if its metadata says so. */
  created_at!: string | null;

  /** Rows, as text since they can pass what a number holds; null when they cannot be counted. */
  @ApiProperty({ type: String, nullable: true, example: '3376' })
  num_rows!: string | null;

  /** Whether num_rows is exact; when false it is a lower bound. */
  rows_exact!: boolean;

  /** Files of this version. */
  @ApiProperty({ type: 'integer' })
  num_files!: number;

  /** Bytes of these files, as text. */
  @ApiProperty({ example: '204800' })
  size_bytes!: string;

  /** Files of which some rows are marked as deleted. */
  @ApiProperty({ type: 'integer' })
  num_deletion_vector_files!: number;

  /** Columns the files are partitioned by. */
  partition_columns!: string[];

  /** Reader version of the protocol. */
  @ApiProperty({ type: 'integer' })
  min_reader_version!: number;

  /** Writer version of the protocol. */
  @ApiProperty({ type: 'integer' })
  min_writer_version!: number;

  /** Features a reader must know. */
  reader_features!: string[];

  /** Features a writer must know. */
  writer_features!: string[];

  /** The same features, explained. */
  @ApiProperty({ type: () => [TableFeatureDto] })
  features!: TableFeatureDto[];

  /** Reader features that keep the rows from being read here. */
  unsupported_features!: string[];

  /** Properties of the table. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  properties!: Record<string, string>;

  /** Version of the checkpoint that the state was read from; null when only commits were. */
  @ApiProperty({ type: 'integer', nullable: true })
  checkpoint_version!: number | null;

  /** Commits since that checkpoint. */
  @ApiProperty({ type: 'integer', nullable: true })
  commits_since_checkpoint!: number | null;

  /** Bytes of the log, as text, if known. */
  log_size_bytes!: string | null;

  /** The commit that made this version, if its file is still there. */
  @ApiProperty({ type: () => LastCommitDto, nullable: true })
  last_commit!: LastCommitDto | null;

  static from(
    location: string,
    snapshot: Snapshot,
    rows: { rows: bigint; exact: boolean } | undefined,
  ): TableDetailDto {
    const { protocol, metadata } = snapshot;
    const dto = new TableDetailDto();
    dto.format = 'delta';
    dto.via = 'files';
    dto.id = metadata.id;
    dto.name = metadata.name ?? null;
    dto.description = metadata.description ?? null;
    dto.location = location;
    dto.version = snapshot.version;
    dto.timestamp = snapshot.timestamp.toISOString();
    dto.timestamp_source = snapshot.timestampSource;
    dto.created_at = metadata.createdAt?.toISOString() ?? null;
    dto.num_rows = rows?.rows.toString() ?? null;
    dto.rows_exact = rows?.exact ?? false;
    dto.num_files = snapshot.numFiles;
    dto.size_bytes = snapshot.sizeBytes.toString();
    dto.num_deletion_vector_files = snapshot.deletionVectorFiles;
    dto.partition_columns = metadata.partitionColumns;
    dto.min_reader_version = protocol.minReaderVersion;
    dto.min_writer_version = protocol.minWriterVersion;
    dto.reader_features = protocol.readerFeatures;
    dto.writer_features = protocol.writerFeatures;
    dto.features = TableFeatureDto.listFrom(protocol, snapshot.unsupportedReaderFeatures);
    dto.unsupported_features = snapshot.unsupportedReaderFeatures;
    dto.properties = metadata.properties;
    dto.checkpoint_version = snapshot.checkpointVersion ?? null;
    dto.commits_since_checkpoint =
      snapshot.checkpointVersion === undefined ? null : snapshot.version - snapshot.checkpointVersion;
    dto.log_size_bytes = snapshot.logBytes?.toString() ?? null;
    dto.last_commit = snapshot.lastCommit === undefined ? null : LastCommitDto.from(snapshot.lastCommit);
    return dto;
  }
}
