import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@lakescope/server-http';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

const PATH_CHARACTERS = 4096;

/** Which directory to list. */
export class ListFilesQuery extends PageQuery {
  /** Path of the directory: a volume, or below one. */
  @ApiProperty({ example: '/Volumes/demo/lake/files' })
  @IsString()
  @MaxLength(PATH_CHARACTERS)
  path!: string;
}

/** Which file. */
export class FileQuery {
  /** Path of the file, not percent-encoded twice. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/airports.csv' })
  @IsString()
  @MaxLength(PATH_CHARACTERS)
  path!: string;
}

/** Which file to read. */
export class FileContentQuery extends FileQuery {
  /** Whether a browser saves the file or may show it; only types that cannot carry scripts are shown. */
  @ApiProperty({ enum: ['attachment', 'inline'], required: false, default: 'attachment' })
  @IsOptional()
  @IsIn(['attachment', 'inline'])
  disposition?: 'attachment' | 'inline' = 'attachment';
}

/** Which file to write. */
export class PutFileContentQuery extends FileQuery {
  /** Whether a file that is there may be replaced. */
  @ApiProperty({ required: false, default: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: '$property must be true or false' })
  overwrite?: boolean = false;
}

/** Which directory. */
export class DirectoryQuery {
  /** Path of the directory, below a volume. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/2026' })
  @IsString()
  @MaxLength(PATH_CHARACTERS)
  path!: string;
}

/** A directory that is to be there. */
export class PutDirectoryDto {
  /** Path of the directory, below a volume; the directories above it are made, too. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/2026/01' })
  @IsString()
  @MaxLength(PATH_CHARACTERS)
  path!: string;
}

/** A file somebody wants a link to. */
export class CreateDownloadUrlDto {
  /** Path of the file. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/airports.csv' })
  @IsString()
  @MaxLength(PATH_CHARACTERS)
  path!: string;
}
