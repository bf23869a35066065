import { ApiProperty } from '@nestjs/swagger';
import { HEALTH_CODES, type CommitInfoView, type HealthCode, type Snapshot, type TableHealth } from '@lakescope/delta';
import { isReaderFeature } from './feature-meanings';
import { TableFeatureDto } from './table-feature.dto';
import type { NamedRow } from './unity-catalog/statement-cells';
import { VIAS, type Via } from './via';

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

  static fromWarehouse(commit: NamedRow): LastCommitDto {
    const dto = new LastCommitDto();
    dto.version = commit.whole('version') ?? 0;
    dto.timestamp = commit.time('timestamp');
    dto.operation = commit.text('operation');
    dto.operation_parameters = commit.object('operationParameters') ?? {};
    dto.user_name = commit.text('userName');
    dto.engine_info = commit.text('engineInfo');
    return dto;
  }
}

/** The health of a table in short. */
export class HealthSummaryDto {
  @ApiProperty({ enum: ['good', 'warning', 'bad'] })
  status!: TableHealth['status'];

  /** What was found, the worst first; the view health says more. */
  @ApiProperty({ enum: HEALTH_CODES, isArray: true })
  codes!: HealthCode[];
}

/** Why something of a table cannot be shown. */
export class TableBannerDto {
  @ApiProperty({ enum: ['CATALOG_MANAGED', 'UNSUPPORTED_FEATURES'] })
  code!: 'CATALOG_MANAGED' | 'UNSUPPORTED_FEATURES';

  /** A sentence for people. */
  message!: string;

  static of(unsupported: readonly string[]): TableBannerDto | null {
    if (unsupported.length === 0) return null;
    return unsupported.some((name) => /^catalog(?:Managed|Owned)/.test(name))
      ? {
          code: 'CATALOG_MANAGED',
          message:
            'Commits of this table go through the catalog. What lies in its log are the published commits alone, so a newer version may be there already, and rows are not shown from here.',
        }
      : {
          code: 'UNSUPPORTED_FEATURES',
          message: `Rows cannot be read here, because the table uses ${unsupported.join(', ')}. Overview, schema, history and files are complete.`,
        };
  }
}

/** What is put together for one version that is read from its storage. */
export interface DescribedTable {
  location: string;
  snapshot: Snapshot;
  rows: { rows: bigint; exact: boolean } | undefined;
  health: TableHealth;
}

/** What is put together for one version that the SQL warehouse tells of. */
export interface WarehouseFacts {
  detail: NamedRow;
  commit: NamedRow;
  isLatest: boolean;
  rows: string | null;
}

/** One version of a Delta table, described. */
export class TableDetailDto {
  /** Always delta. */
  @ApiProperty({ enum: ['delta'] })
  format!: 'delta';

  /** How the table was read: from its storage, or through the SQL warehouse, which tells less. */
  @ApiProperty({ enum: VIAS })
  via!: Via;

  /** Why something of the table cannot be shown; null when everything can. */
  @ApiProperty({ type: () => TableBannerDto, nullable: true })
  banner!: TableBannerDto | null;

  /** The table's own identifier. */
  id!: string;

  /** Name the table was given, if any. */
  name!: string | null;

  /** Description the table was given, if any. */
  description!: string | null;

  /** Where the table is; null when the warehouse does not tell. */
  @ApiProperty({ type: String, nullable: true, example: '/Volumes/demo/lake/tables/airports' })
  location!: string | null;

  /** Version that is described. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  version!: number;

  /** When this version was made, as time travel sees it. */
  timestamp!: string;

  /** Whether the time comes from the commit itself or from its file; null when the warehouse tells it. */
  @ApiProperty({ enum: ['in-commit', 'file'], nullable: true })
  timestamp_source!: 'in-commit' | 'file' | null;

  /** When the table was created, if its metadata says so. */
  created_at!: string | null;

  /** Rows, as text since they can pass what a number holds; null when they cannot be counted. */
  @ApiProperty({ type: String, nullable: true, example: '3376' })
  num_rows!: string | null;

  /** Whether num_rows is exact; when false it is a lower bound. */
  rows_exact!: boolean;

  /** Files of this version; null for earlier versions that the warehouse tells of. */
  @ApiProperty({ type: 'integer', nullable: true })
  num_files!: number | null;

  /** Bytes of these files, as text; null like num_files. */
  @ApiProperty({ type: String, nullable: true, example: '204800' })
  size_bytes!: string | null;

  /** Files of which some rows are marked as deleted; null when the warehouse tells. */
  @ApiProperty({ type: 'integer', nullable: true })
  num_deletion_vector_files!: number | null;

  /** These by all files, from 0 to 1. */
  @ApiProperty({ type: 'number', nullable: true, minimum: 0, maximum: 1 })
  deletion_vector_share!: number | null;

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

  /** When that checkpoint was written. */
  checkpoint_at!: string | null;

  /** Commits since that checkpoint. */
  @ApiProperty({ type: 'integer', nullable: true })
  commits_since_checkpoint!: number | null;

  /** Bytes of the log, as text, if known. */
  log_size_bytes!: string | null;

  /** The commit that made this version, if its file is still there. */
  @ApiProperty({ type: () => LastCommitDto, nullable: true })
  last_commit!: LastCommitDto | null;

  /** The state the version is in, without a look for missing files; null when the warehouse tells. */
  @ApiProperty({ type: () => HealthSummaryDto, nullable: true })
  health!: HealthSummaryDto | null;

  static from({ location, snapshot, rows, health }: DescribedTable): TableDetailDto {
    const { protocol, metadata } = snapshot;
    const dto = new TableDetailDto();
    dto.format = 'delta';
    dto.via = 'storage';
    dto.banner = TableBannerDto.of(snapshot.unsupportedReaderFeatures);
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
    dto.deletion_vector_share = snapshot.numFiles === 0 ? 0 : snapshot.deletionVectorFiles / snapshot.numFiles;
    dto.partition_columns = metadata.partitionColumns;
    dto.min_reader_version = protocol.minReaderVersion;
    dto.min_writer_version = protocol.minWriterVersion;
    dto.reader_features = protocol.readerFeatures;
    dto.writer_features = protocol.writerFeatures;
    dto.features = TableFeatureDto.listFrom(protocol, snapshot.unsupportedReaderFeatures);
    dto.unsupported_features = snapshot.unsupportedReaderFeatures;
    dto.properties = metadata.properties;
    dto.checkpoint_version = snapshot.checkpointVersion ?? null;
    dto.checkpoint_at = health.log.checkpoint?.modifiedAt.toISOString() ?? null;
    dto.commits_since_checkpoint =
      snapshot.checkpointVersion === undefined ? null : snapshot.version - snapshot.checkpointVersion;
    dto.log_size_bytes = health.log.sizeBytes.toString();
    dto.last_commit = snapshot.lastCommit === undefined ? null : LastCommitDto.from(snapshot.lastCommit);
    dto.health = { status: health.status, codes: health.findings.map(({ code }) => code) };
    return dto;
  }

  /** `detail` is what DESCRIBE DETAIL says, which is true of the latest version alone; `commit` is the one that made the version. */
  static fromWarehouse({ detail, commit, isLatest, rows }: WarehouseFacts): TableDetailDto {
    const features = detail.texts('tableFeatures');
    const readers = features.filter((name) => isReaderFeature(name));
    const protocol = {
      minReaderVersion: detail.whole('minReaderVersion') ?? 0,
      minWriterVersion: detail.whole('minWriterVersion') ?? 0,
      readerFeatures: readers,
      writerFeatures: features,
    };
    const dto = new TableDetailDto();
    dto.format = 'delta';
    dto.via = 'warehouse';
    dto.banner = null;
    dto.id = detail.text('id') ?? '';
    dto.name = detail.text('name');
    dto.description = detail.text('description');
    dto.location = detail.text('location') || null;
    dto.version = commit.whole('version') ?? 0;
    dto.timestamp = commit.knownTime('timestamp');
    dto.timestamp_source = null;
    dto.created_at = detail.time('createdAt');
    dto.num_rows = rows;
    dto.rows_exact = rows !== null;
    dto.num_files = isLatest ? detail.whole('numFiles') : null;
    dto.size_bytes = isLatest ? detail.text('sizeInBytes') : null;
    dto.num_deletion_vector_files = null;
    dto.deletion_vector_share = null;
    dto.partition_columns = detail.texts('partitionColumns');
    dto.min_reader_version = protocol.minReaderVersion;
    dto.min_writer_version = protocol.minWriterVersion;
    dto.reader_features = readers;
    dto.writer_features = features;
    // The warehouse reads them all.
    dto.features = TableFeatureDto.listFrom(protocol, []);
    dto.unsupported_features = [];
    dto.properties = detail.map('properties');
    dto.checkpoint_version = null;
    dto.checkpoint_at = null;
    dto.commits_since_checkpoint = null;
    dto.log_size_bytes = null;
    dto.last_commit = LastCommitDto.fromWarehouse(commit);
    dto.health = null;
    return dto;
  }
}
