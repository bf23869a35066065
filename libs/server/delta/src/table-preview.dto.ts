import { ApiProperty } from '@nestjs/swagger';
import type { PreviewResult } from '@lakescope/delta';
import type { WarehousePreview } from './unity-catalog/warehouse-table';
import { VIAS, type Via } from './via';

/** A column of the rows that were read. */
export class PreviewColumnDto {
  /** Name of the column. */
  name!: string;

  /** Type in Delta's words. */
  @ApiProperty({ example: 'long' })
  type!: string;
}

/** Rows of one version of a table. */
export class TablePreviewDto {
  /** How the table was read. */
  @ApiProperty({ enum: VIAS })
  via!: Via;

  /** Version the rows belong to. */
  @ApiProperty({ type: 'integer', minimum: 0 })
  version!: number;

  /** The columns, in the order of each row's values. */
  @ApiProperty({ type: () => [PreviewColumnDto] })
  columns!: PreviewColumnDto[];

  /** The rows; longs and decimals are text, times RFC 3339 to the microsecond, binary base64, nested values JSON. */
  @ApiProperty({ type: 'array', items: { type: 'array', items: {} }, example: [['00M', 'Thigpen', '31.95']] })
  rows!: unknown[][];

  /** Offset of the next page; null at the end. */
  @ApiProperty({ type: 'integer', nullable: true })
  next_offset!: number | null;

  /** Data files that were opened for the page; null when the warehouse reads. */
  @ApiProperty({ type: 'integer', nullable: true })
  files_read!: number | null;

  /** Data files that could be left out, because nothing in them can meet the conditions; null like files_read. */
  @ApiProperty({ type: 'integer', nullable: true })
  files_skipped!: number | null;

  static from(version: number, preview: PreviewResult): TablePreviewDto {
    const dto = new TablePreviewDto();
    dto.via = 'storage';
    dto.version = version;
    dto.columns = preview.columns;
    dto.rows = preview.rows;
    dto.next_offset = preview.nextOffset ?? null;
    dto.files_read = preview.filesRead;
    dto.files_skipped = preview.filesSkipped;
    return dto;
  }

  static fromWarehouse(preview: WarehousePreview): TablePreviewDto {
    const dto = new TablePreviewDto();
    dto.via = 'warehouse';
    dto.version = preview.version;
    dto.columns = preview.columns;
    dto.rows = preview.rows;
    dto.next_offset = preview.nextOffset ?? null;
    dto.files_read = null;
    dto.files_skipped = null;
    return dto;
  }
}
