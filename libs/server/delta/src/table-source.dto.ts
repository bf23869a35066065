import { OneTimeKeysDto } from '@lakescope/server-s3';
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsOptional,
  IsString,
  MaxLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  type ValidationArguments,
} from 'class-validator';

const isGiven = (_: object, value: unknown): boolean => value !== undefined;

/** Where a Delta table is. */
export class TableSourceDto {
  /** Kind of place: a folder of a volume, a table of Unity Catalog, or an S3 location. */
  @ApiProperty({ enum: ['volume', 'table', 's3'], example: 'volume' })
  @IsIn(['volume', 'table', 's3'])
  kind!: 'volume' | 'table' | 's3';

  /** Folder of the table, for kinds volume and s3. */
  @ApiProperty({ required: false, example: '/Volumes/demo/lake/tables/airports' })
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  path?: string;

  /** Name of the table, for kind table. */
  @ApiProperty({ required: false, example: 'demo.lake.airports' })
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  full_name?: string;

  /** Stored connection, for kind s3. */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  connection_id?: string;

  /** Keys for this request alone, for kind s3 and instead of a connection. They are kept nowhere. */
  @ValidateIf(isGiven)
  @ValidateNested()
  @IsInsteadOfConnection()
  @ApiProperty({ type: OneTimeKeysDto, required: false })
  @Type(() => OneTimeKeysDto)
  credentials?: OneTimeKeysDto;
}

/** Keys that nothing would use are refused: who sends them takes them for what is used. */
function IsInsteadOfConnection(): PropertyDecorator {
  return ValidateBy({
    name: 'isInsteadOfConnection',
    validator: {
      validate: (value: unknown, about?: ValidationArguments) => {
        const { kind, connection_id: connection } = about?.object as TableSourceDto;
        const isOne = typeof value === 'object' && value !== null && !Array.isArray(value);
        return isOne && kind === 's3' && connection === undefined;
      },
      defaultMessage: () => '$property must be keys of S3, for a table in S3, and not beside a connection',
    },
  });
}
