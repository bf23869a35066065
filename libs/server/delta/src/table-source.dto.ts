import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

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
}
