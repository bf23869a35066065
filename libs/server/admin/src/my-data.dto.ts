import { ApiProperty } from '@nestjs/swagger';
import { TableRowsDto } from './table-rows.dto';

/** The caller's rows of one table. */
export class MyTableDto {
  @ApiProperty({ type: String, example: 'user_preferences' })
  name!: string;

  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true }, example: [] })
  rows!: Record<string, unknown>[];
}

/** Everything the app keeps about the caller. */
export class MyDataDto {
  @ApiProperty({ type: String, example: 'ada.keller@lakescope.example' })
  user_id!: string;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T08:30:00.000Z' })
  exported_at!: string;

  @ApiProperty({ type: () => [MyTableDto] })
  tables!: MyTableDto[];
}

/** What has become of the caller's rows. */
export class ErasedDataDto {
  @ApiProperty({ type: () => [TableRowsDto], description: 'Rows that are gone.' })
  erased!: TableRowsDto[];

  @ApiProperty({ type: () => [TableRowsDto], description: 'Rows that stay and name nobody any more.' })
  pseudonymised!: TableRowsDto[];
}
