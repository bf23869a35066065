import { ApiProperty } from '@nestjs/swagger';

/** Something that a person should know and that stops nothing. */
export class JobWarningDto {
  /** Stable name of the kind. */
  @ApiProperty({ example: 'EMPTY_FOLDER' })
  code!: string;

  @ApiProperty({ example: 'The folder 1712345678901 holds no rows.' })
  message!: string;
}

/** Why a job, a table or a folder failed, and what to do about it. */
export class JobFailureDto {
  /** Stable name of the kind. */
  @ApiProperty({ example: 'TYPE_CHANGED' })
  code!: string;

  @ApiProperty({ example: 'The column amount is string now, and was long.' })
  message!: string;

  @ApiProperty({ example: 'Rebuild the table, or leave it out.' })
  advice!: string;
}

const CHANGES = ['added', 'widened'] as const;

/** A column that was added or widened. */
export class JobSchemaChangeDto {
  @ApiProperty({ example: 'lossdate' })
  column!: string;

  @ApiProperty({ enum: CHANGES, example: 'added' })
  kind!: (typeof CHANGES)[number];

  /** Type before, as Delta calls it; null for a column that was added. */
  @ApiProperty({ type: String, nullable: true, example: null })
  from!: string | null;

  @ApiProperty({ example: 'timestamp' })
  to!: string;
}
