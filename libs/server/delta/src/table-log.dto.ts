import { ApiProperty } from '@nestjs/swagger';
import type { RawAction, RawLogPage } from '@lakescope/delta';

/** An action of a commit, as it stands in the log. */
export class LogActionDto {
  /** What it is by its own name; `unreadable` where the log holds something else. */
  @ApiProperty({ example: 'add' })
  kind!: string;

  /** Its JSON as it was written, or the beginning of it. */
  @ApiProperty({ example: '{"add":{"path":"part-00000.parquet","size":204800}}' })
  json!: string;

  /** Bytes of the whole action. */
  @ApiProperty({ type: 'integer' })
  size_bytes!: number;

  /** Whether json is the beginning only: the action is larger than 256 KiB. */
  is_cut!: boolean;

  static from({ kind, text, sizeBytes, isCut }: RawAction): LogActionDto {
    const dto = new LogActionDto();
    dto.kind = kind;
    dto.json = text;
    dto.size_bytes = sizeBytes;
    dto.is_cut = isCut;
    return dto;
  }
}

/** A page of a commit. */
export class TableLogDto {
  /** How the table was read. */
  @ApiProperty({ enum: ['storage'] })
  via!: 'storage';

  /** Version the commit made. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  version!: number;

  /** The actions, in their order. */
  @ApiProperty({ type: () => [LogActionDto] })
  actions!: LogActionDto[];

  /** Actions of the commit. */
  @ApiProperty({ type: 'integer' })
  total!: number;

  /** Offset of the next page, which may come before the limit where actions are large; null at the end. */
  @ApiProperty({ type: 'integer', nullable: true })
  next_offset!: number | null;

  /** The version checksum beside the commit, of kind `checksum`, if there is one. */
  @ApiProperty({ type: () => LogActionDto, nullable: true })
  checksum!: LogActionDto | null;

  static from(version: number, page: RawLogPage, checksum: RawAction | undefined): TableLogDto {
    const dto = new TableLogDto();
    dto.via = 'storage';
    dto.version = version;
    dto.actions = page.actions.map((action) => LogActionDto.from(action));
    dto.total = page.total;
    dto.next_offset = page.nextOffset ?? null;
    dto.checksum = checksum === undefined ? null : LogActionDto.from(checksum);
    return dto;
  }
}
