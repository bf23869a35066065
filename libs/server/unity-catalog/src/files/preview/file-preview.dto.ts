import { ApiProperty } from '@nestjs/swagger';

/** A column of a preview. */
export class FilePreviewColumnDto {
  /** Its name, as the file says; its number where the file does not. */
  @ApiProperty({ example: 'iata' })
  name!: string;

  /** Its type: `string` for everything in a text file, else in Delta's words. */
  @ApiProperty({ example: 'string' })
  type!: string;
}

/** The beginning of a file. */
export class FilePreviewDto {
  /** How it is to be shown. An image is shown by `GET /files/content?disposition=inline`. */
  @ApiProperty({ enum: ['table', 'json', 'image', 'text', 'none'] })
  kind!: 'table' | 'json' | 'image' | 'text' | 'none';

  /** The columns, in the order of each row's values; null where there are no rows to show. */
  @ApiProperty({ type: () => [FilePreviewColumnDto], nullable: true })
  columns!: FilePreviewColumnDto[] | null;

  /** The first rows, typed JSON: longs and decimals are text. */
  @ApiProperty({ type: 'array', nullable: true, items: { type: 'array', items: {} }, example: [['ZRH', 'Zürich']] })
  rows!: unknown[][] | null;

  /** The first 256 KiB of text; null where the file is no text. */
  @ApiProperty({ type: String, nullable: true })
  text!: string | null;

  /** Whether the file has more than is shown. */
  truncated!: boolean;

  /** Why there is nothing to show, or not what was expected; null otherwise. */
  @ApiProperty({ type: String, nullable: true })
  reason!: string | null;
}

/** What a preview holds; all else is null. */
export function previewOf(
  kind: FilePreviewDto['kind'],
  parts: Partial<Omit<FilePreviewDto, 'kind'>> = {},
): FilePreviewDto {
  const nothing = { columns: null, rows: null, text: null, truncated: false, reason: null };
  return Object.assign(new FilePreviewDto(), { kind, ...nothing, ...parts });
}
