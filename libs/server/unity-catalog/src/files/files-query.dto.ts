import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '@lakescope/server-http';

/** Which directory to list. */
export class ListFilesQuery extends PageQuery {
  /** Path of the directory: a volume, or below one. */
  @ApiProperty({ example: '/Volumes/demo/lake/files' })
  @IsString()
  @MaxLength(4096)
  path!: string;
}

/** Which file to read. */
export class FileContentQuery {
  /** Path of the file. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/airports.csv' })
  @IsString()
  @MaxLength(4096)
  path!: string;

  /** Whether a browser saves the file or may show it; only types that cannot carry scripts are shown. */
  @ApiProperty({ enum: ['attachment', 'inline'], required: false, default: 'attachment' })
  @IsOptional()
  @IsIn(['attachment', 'inline'])
  disposition?: 'attachment' | 'inline' = 'attachment';
}
