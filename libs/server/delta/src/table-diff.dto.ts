import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import type { DescribedColumn, PropertiesDiff, SchemaDiff, TableDiff, TableProtocol } from '@lakescope/delta';

/** One side of a comparison. */
export class ComparedVersionDto {
  @ApiProperty({ type: 'integer', minimum: 0 })
  version!: number;

  /** When it was made, as time travel sees it. */
  timestamp!: string;
}

/** A column as one version has it. */
export class ComparedColumnDto {
  /** Its name; inside a struct with those around it: `address.city`. */
  @ApiProperty({ example: 'address.city' })
  name!: string;

  /** Type in Delta's words. */
  @ApiProperty({ example: 'string' })
  type!: string;

  /** Whether it may be null. */
  nullable!: boolean;

  /** What else the schema says about it. */
  @ApiProperty({ type: 'object', additionalProperties: true })
  metadata!: Record<string, unknown>;

  static from(column: DescribedColumn): ComparedColumnDto {
    const dto = new ComparedColumnDto();
    dto.name = column.name;
    dto.type = column.type;
    dto.nullable = column.nullable;
    dto.metadata = column.metadata;
    return dto;
  }
}

/** A column that is not what it was. */
export class ChangedColumnDto {
  /** Its name in the version compared to. */
  name!: string;

  /** As it was. */
  @ApiProperty({ type: () => ComparedColumnDto })
  before!: ComparedColumnDto;

  /** As it is. */
  @ApiProperty({ type: () => ComparedColumnDto })
  after!: ComparedColumnDto;
}

/** What differs between two schemas. */
export class SchemaDiffDto {
  @ApiProperty({ type: () => [ComparedColumnDto] })
  added!: ComparedColumnDto[];

  @ApiProperty({ type: () => [ComparedColumnDto] })
  removed!: ComparedColumnDto[];

  /** Renamed columns, and those with another type, nullability or other metadata. */
  @ApiProperty({ type: () => [ChangedColumnDto] })
  changed!: ChangedColumnDto[];

  static from({ added, removed, changed }: SchemaDiff): SchemaDiffDto {
    const dto = new SchemaDiffDto();
    dto.added = added.map((column) => ComparedColumnDto.from(column));
    dto.removed = removed.map((column) => ComparedColumnDto.from(column));
    dto.changed = changed.map(({ name, before, after }) => ({
      name,
      before: ComparedColumnDto.from(before),
      after: ComparedColumnDto.from(after),
    }));
    return dto;
  }
}

/** A property that is not what it was. */
export class ChangedPropertyDto {
  before!: string;
  after!: string;
}

/** What differs between the properties of two versions. */
@ApiExtraModels(ChangedPropertyDto)
export class PropertiesDiffDto {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  added!: Record<string, string>;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  removed!: Record<string, string>;

  @ApiProperty({ type: 'object', additionalProperties: { $ref: getSchemaPath(ChangedPropertyDto) } })
  changed!: Record<string, ChangedPropertyDto>;

  static from({ added, removed, changed }: PropertiesDiff): PropertiesDiffDto {
    const dto = new PropertiesDiffDto();
    Object.assign(dto, { added, removed, changed });
    return dto;
  }
}

/** The protocol of a version. */
export class ComparedProtocolDto {
  @ApiProperty({ type: 'integer' })
  min_reader_version!: number;

  @ApiProperty({ type: 'integer' })
  min_writer_version!: number;

  reader_features!: string[];

  writer_features!: string[];

  static from(protocol: TableProtocol): ComparedProtocolDto {
    const dto = new ComparedProtocolDto();
    dto.min_reader_version = protocol.minReaderVersion;
    dto.min_writer_version = protocol.minWriterVersion;
    dto.reader_features = protocol.readerFeatures;
    dto.writer_features = protocol.writerFeatures;
    return dto;
  }
}

/** A protocol that is not what it was. */
export class ProtocolDiffDto {
  @ApiProperty({ type: () => ComparedProtocolDto })
  before!: ComparedProtocolDto;

  @ApiProperty({ type: () => ComparedProtocolDto })
  after!: ComparedProtocolDto;
}

/** Files that one version has and the other has not. A file with another deletion vector counts on both sides. */
export class FilesDiffDto {
  @ApiProperty({ type: 'integer' })
  added!: number;

  @ApiProperty({ type: 'integer' })
  removed!: number;

  /** Bytes of the added files, as text. */
  added_bytes!: string;

  /** Bytes of the removed files, as text. */
  removed_bytes!: string;
}

/** Rows of both versions, as text; null where they cannot be counted exactly. */
export class RowsDiffDto {
  @ApiProperty({ type: String, nullable: true, example: '3376' })
  before!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '3400' })
  after!: string | null;

  /** How many more there are in the version compared to; negative when there are fewer. */
  @ApiProperty({ type: String, nullable: true, example: '24' })
  delta!: string | null;
}

/** What differs between two versions of a table. */
export class TableDiffDto {
  /** How the table was read. */
  @ApiProperty({ enum: ['storage'] })
  via!: 'storage';

  @ApiProperty({ type: () => ComparedVersionDto })
  from!: ComparedVersionDto;

  @ApiProperty({ type: () => ComparedVersionDto })
  to!: ComparedVersionDto;

  @ApiProperty({ type: () => SchemaDiffDto })
  schema!: SchemaDiffDto;

  @ApiProperty({ type: () => PropertiesDiffDto })
  properties!: PropertiesDiffDto;

  /** Null when both versions have the same. */
  @ApiProperty({ type: () => ProtocolDiffDto, nullable: true })
  protocol!: ProtocolDiffDto | null;

  @ApiProperty({ type: () => FilesDiffDto })
  files!: FilesDiffDto;

  @ApiProperty({ type: () => RowsDiffDto })
  rows!: RowsDiffDto;

  /** Commits from one to the other. */
  @ApiProperty({ type: 'integer' })
  commits!: number;

  static from(diff: TableDiff): TableDiffDto {
    const { before, after } = diff.rows;
    const dto = new TableDiffDto();
    dto.via = 'storage';
    dto.from = side(diff.from);
    dto.to = side(diff.to);
    dto.schema = SchemaDiffDto.from(diff.schema);
    dto.properties = PropertiesDiffDto.from(diff.properties);
    dto.protocol =
      diff.protocol === undefined
        ? null
        : {
            before: ComparedProtocolDto.from(diff.protocol.before),
            after: ComparedProtocolDto.from(diff.protocol.after),
          };
    dto.files = {
      added: diff.files.added,
      removed: diff.files.removed,
      added_bytes: diff.files.addedBytes.toString(),
      removed_bytes: diff.files.removedBytes.toString(),
    };
    dto.rows = {
      before: before?.toString() ?? null,
      after: after?.toString() ?? null,
      delta: before === undefined || after === undefined ? null : (after - before).toString(),
    };
    dto.commits = diff.commits;
    return dto;
  }
}

function side({ version, timestamp }: TableDiff['from']): ComparedVersionDto {
  return { version, timestamp: timestamp.toISOString() };
}
