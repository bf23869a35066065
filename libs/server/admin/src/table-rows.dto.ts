import { ApiProperty } from '@nestjs/swagger';

/** How many rows of a table are meant. */
export class TableRowsDto {
  @ApiProperty({ type: String, example: 'user_preferences' })
  table!: string;

  @ApiProperty({ type: 'integer', minimum: 0, example: 4 })
  rows!: number;
}
