import { ApiProperty } from '@nestjs/swagger';
import { Equals, IsBoolean, IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import {
  ListCatalogsQuery,
  ListSchemasQuery,
  ListVolumesQuery,
  OBJECT_NAME,
  OBJECT_NAME_RULE,
} from '../browse/browse-query.dto';
import { ListFilesQuery } from '../files/files-query.dto';

/** How the bytes of a file stand in JSON. */
export const ENCODINGS = ['utf-8', 'base64'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Who the caller is. */
export class MeOperation {
  /** Names the operation. */
  @ApiProperty({ enum: ['me'] })
  @Equals('me')
  op!: 'me';
}

/** The catalogs the caller may see. */
export class ListCatalogsOperation extends ListCatalogsQuery {
  /** Names the operation. */
  @ApiProperty({ enum: ['list_catalogs'] })
  @Equals('list_catalogs')
  op!: 'list_catalogs';
}

/** The schemas of a catalog that the caller may see. */
export class ListSchemasOperation extends ListSchemasQuery {
  /** Names the operation. */
  @ApiProperty({ enum: ['list_schemas'] })
  @Equals('list_schemas')
  op!: 'list_schemas';
}

/** The volumes of a schema that the caller may see. */
export class ListVolumesOperation extends ListVolumesQuery {
  /** Names the operation. */
  @ApiProperty({ enum: ['list_volumes'] })
  @Equals('list_volumes')
  op!: 'list_volumes';
}

/** Creates a managed volume unless there is one of this name. */
export class EnsureVolumeOperation {
  /** Names the operation. */
  @ApiProperty({ enum: ['ensure_volume'] })
  @Equals('ensure_volume')
  op!: 'ensure_volume';

  /** Catalog of the volume. */
  @ApiProperty({ example: 'demo' })
  @IsString()
  @MaxLength(255)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  catalog!: string;

  /** Schema of the volume. */
  @ApiProperty({ example: 'lake' })
  @IsString()
  @MaxLength(255)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  schema!: string;

  /** Name of the volume. */
  @ApiProperty({ example: 'files' })
  @IsString()
  @MaxLength(255)
  @Matches(OBJECT_NAME, OBJECT_NAME_RULE)
  volume!: string;

  /** What is said about the volume when it is created. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(1024)
  comment?: string;
}

/** Creates a directory with all its parents; one that is there is left as it is. */
export class CreateDirectoryOperation {
  /** Names the operation. */
  @ApiProperty({ enum: ['create_directory'] })
  @Equals('create_directory')
  op!: 'create_directory';

  /** Path of the directory. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/reports' })
  @IsString()
  @MaxLength(4096)
  path!: string;
}

/** A directory's children. */
export class ListDirectoryOperation extends ListFilesQuery {
  /** Names the operation. */
  @ApiProperty({ enum: ['list_directory'] })
  @Equals('list_directory')
  op!: 'list_directory';
}

/** A whole file of at most 1 MiB. */
export class ReadFileOperation {
  /** Names the operation. */
  @ApiProperty({ enum: ['read_file'] })
  @Equals('read_file')
  op!: 'read_file';

  /** Path of the file. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/airports.csv' })
  @IsString()
  @MaxLength(4096)
  path!: string;

  /** How the content is answered; left out, as text where it is UTF-8, else as base64. */
  @ApiProperty({ enum: ENCODINGS, required: false })
  @IsOptional()
  @IsIn(ENCODINGS)
  encoding?: Encoding;
}

/** Writes a whole file, its parents included. */
export class WriteFileOperation {
  /** Names the operation. */
  @ApiProperty({ enum: ['write_file'] })
  @Equals('write_file')
  op!: 'write_file';

  /** Path of the file. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/note.txt' })
  @IsString()
  @MaxLength(4096)
  path!: string;

  /** What the file is to hold: text, or bytes as base64. The whole request may be 1 MiB. */
  @ApiProperty({ example: 'hello' })
  @IsString()
  content!: string;

  /** What `content` is. */
  @ApiProperty({ enum: ENCODINGS, required: false, default: 'utf-8' })
  @IsIn(ENCODINGS)
  encoding: Encoding = 'utf-8';

  /** Write only where there is nothing yet, which is the rule; only `false` replaces a file that is there. */
  @ApiProperty({ required: false, default: true })
  @IsBoolean()
  if_absent: boolean = true;
}

/** Every operation of the gateway with the class that validates it. */
export const OPERATIONS = {
  me: MeOperation,
  list_catalogs: ListCatalogsOperation,
  list_schemas: ListSchemasOperation,
  list_volumes: ListVolumesOperation,
  ensure_volume: EnsureVolumeOperation,
  create_directory: CreateDirectoryOperation,
  list_directory: ListDirectoryOperation,
  read_file: ReadFileOperation,
  write_file: WriteFileOperation,
} as const;

export type OperationName = keyof typeof OPERATIONS;
export type Operation = InstanceType<(typeof OPERATIONS)[OperationName]>;
