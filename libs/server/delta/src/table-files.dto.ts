import { ApiProperty } from '@nestjs/swagger';
import type { FilesPage, FileSummary, PartitionSummary, SizeBucket } from '@lakescope/delta';
import { TableFileDto } from './table-file.dto';

/** Files of about one size. */
export class SizeBucketDto {
  /** Smallest size, in bytes. */
  @ApiProperty({ type: 'integer' })
  from_bytes!: number;

  /** Size that is too large already; null for the last. */
  @ApiProperty({ type: 'integer', nullable: true })
  to_bytes!: number | null;

  @ApiProperty({ type: 'integer' })
  files!: number;

  /** Bytes of these files, as text. */
  bytes!: string;

  static from({ fromBytes, toBytes, files, bytes }: SizeBucket): SizeBucketDto {
    return { from_bytes: fromBytes, to_bytes: toBytes ?? null, files, bytes: bytes.toString() };
  }
}

/** A partition of a version. */
export class PartitionDto {
  /** Values of the partition columns; null is the empty value. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string', nullable: true } })
  values!: Record<string, string | null>;

  @ApiProperty({ type: 'integer' })
  files!: number;

  /** Bytes of its files, as text. */
  bytes!: string;

  /** Rows that are there, as text; null when a file of it does not tell. */
  @ApiProperty({ type: String, nullable: true })
  rows!: string | null;

  /** Rows that are marked as deleted, as text. */
  deleted_rows!: string;

  static from({ values, files, bytes, rows, deletedRows }: PartitionSummary): PartitionDto {
    return {
      values,
      files,
      bytes: bytes.toString(),
      rows: rows?.toString() ?? null,
      deleted_rows: deletedRows.toString(),
    };
  }
}

/** All files of a version, added up. */
export class FileSummaryDto {
  /** By size: below 16 KiB, then doubling up to 1 GiB, then everything above. */
  @ApiProperty({ type: () => [SizeBucketDto] })
  size_histogram!: SizeBucketDto[];

  /** The largest partitions by bytes, at most 200. */
  @ApiProperty({ type: () => [PartitionDto] })
  partitions!: PartitionDto[];

  /** All partitions there are. */
  @ApiProperty({ type: 'integer' })
  partition_count!: number;

  /** Files that tell no number of rows. */
  @ApiProperty({ type: 'integer' })
  without_stats!: number;

  /** Files of which some rows are marked as deleted. */
  @ApiProperty({ type: 'integer' })
  with_deletion_vector!: number;

  /** Rows that are marked as deleted, as text. */
  deleted_rows!: string;

  /** Files below 16 MiB. */
  @ApiProperty({ type: 'integer' })
  small_files!: number;

  /** Files that an absolute path names: they may belong to another table. */
  @ApiProperty({ type: 'integer' })
  absolute_paths!: number;

  static from(summary: FileSummary): FileSummaryDto {
    const dto = new FileSummaryDto();
    dto.size_histogram = summary.sizeHistogram.map((bucket) => SizeBucketDto.from(bucket));
    dto.partitions = summary.partitions.map((partition) => PartitionDto.from(partition));
    dto.partition_count = summary.partitionCount;
    dto.without_stats = summary.withoutStats;
    dto.with_deletion_vector = summary.withDeletionVector;
    dto.deleted_rows = summary.deletedRows.toString();
    dto.small_files = summary.smallFiles;
    dto.absolute_paths = summary.absolutePaths;
    return dto;
  }
}

/** A page of the files of a version. */
export class TableFilesDto {
  /** How the table was read. */
  @ApiProperty({ enum: ['storage'] })
  via!: 'storage';

  /** Version whose files these are. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  version!: number;

  @ApiProperty({ type: () => [TableFileDto] })
  items!: TableFileDto[];

  /** Files on all pages. */
  @ApiProperty({ type: 'integer' })
  total!: number;

  /** Offset of the next page; null at the end. */
  @ApiProperty({ type: 'integer', nullable: true })
  next_offset!: number | null;

  /** All files of the version added up, when it was asked for. */
  @ApiProperty({ type: () => FileSummaryDto, nullable: true })
  summary!: FileSummaryDto | null;

  static from(
    version: number,
    offset: number,
    { items, total }: FilesPage,
    summary: FileSummary | undefined,
  ): TableFilesDto {
    const next = offset + items.length;
    const dto = new TableFilesDto();
    dto.via = 'storage';
    dto.version = version;
    dto.items = items.map((file) => TableFileDto.from(file));
    dto.total = total;
    dto.next_offset = items.length > 0 && next < total ? next : null;
    dto.summary = summary === undefined ? null : FileSummaryDto.from(summary);
    return dto;
  }
}
