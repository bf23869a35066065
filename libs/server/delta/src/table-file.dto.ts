import { ApiProperty } from '@nestjs/swagger';
import type { ActiveFile, DeletionVectorDescriptor, FileStatistics } from '@lakescope/delta';

/** What the writer of a file wrote down about its columns. Nested columns are nested here. */
export class FileStatsDto {
  /** Rows of the file before deletion vectors, as text. */
  @ApiProperty({ type: String, nullable: true, example: '3376' })
  num_records!: string | null;

  /** Lowest values, by column. */
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  min_values!: Record<string, unknown> | null;

  /** Highest values, by column. */
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  max_values!: Record<string, unknown> | null;

  /** Empty values, by column. */
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  null_count!: Record<string, unknown> | null;

  /** False when rows were marked as deleted since, so that the values are bounds and no more. */
  tight_bounds!: boolean;

  static from(stats: FileStatistics): FileStatsDto {
    const dto = new FileStatsDto();
    dto.num_records = stats.numRecords?.toString() ?? null;
    dto.min_values = stats.minValues ?? null;
    dto.max_values = stats.maxValues ?? null;
    dto.null_count = stats.nullCount ?? null;
    dto.tight_bounds = stats.tightBounds;
    return dto;
  }
}

/** The rows of a file that are marked as deleted. */
export class DeletionVectorDto {
  /** How it is kept: u in a file of the table, p in a file anywhere, i inside the log. */
  @ApiProperty({ example: 'u' })
  storage_type!: string;

  /** Rows it marks, as text. */
  @ApiProperty({ example: '12' })
  cardinality!: string;

  /** Its bytes. */
  @ApiProperty({ type: 'integer' })
  size_bytes!: number;

  static from(vector: DeletionVectorDescriptor): DeletionVectorDto {
    const dto = new DeletionVectorDto();
    dto.storage_type = vector.storageType;
    dto.cardinality = vector.cardinality.toString();
    dto.size_bytes = vector.sizeInBytes;
    return dto;
  }
}

/** A data file of a version. */
export class TableFileDto {
  /** Path below the table, decoded; a URI where it lies elsewhere. */
  @ApiProperty({ example: 'country=de/part-00000-7c0a.snappy.parquet' })
  path!: string;

  /** Its bytes, as text. */
  @ApiProperty({ example: '204800' })
  size_bytes!: string;

  /** Rows of the file before deletion vectors, as text; null when the log does not tell. */
  @ApiProperty({ type: String, nullable: true, example: '3376' })
  num_records!: string | null;

  /** When it was written, by the writer's clock. */
  modified_at!: string;

  /** Values of the partition columns; null is the empty value. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string', nullable: true } })
  partition_values!: Record<string, string | null>;

  /** What is known of its columns; null when the writer wrote nothing down. */
  @ApiProperty({ type: () => FileStatsDto, nullable: true })
  stats!: FileStatsDto | null;

  /** Which of its rows are marked as deleted; null when none are. */
  @ApiProperty({ type: () => DeletionVectorDto, nullable: true })
  deletion_vector!: DeletionVectorDto | null;

  static from(file: ActiveFile): TableFileDto {
    const dto = new TableFileDto();
    dto.path = file.path;
    dto.size_bytes = file.sizeBytes.toString();
    dto.num_records = file.numRecords?.toString() ?? null;
    dto.modified_at = file.modifiedAt.toISOString();
    dto.partition_values = file.partitionValues;
    dto.stats = file.stats === undefined ? null : FileStatsDto.from(file.stats);
    dto.deletion_vector = file.deletionVector === undefined ? null : DeletionVectorDto.from(file.deletionVector);
    return dto;
  }
}
