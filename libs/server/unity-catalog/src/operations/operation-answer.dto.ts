import type { ScimMe } from '@lakescope/databricks-client';
import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { CatalogPage, SchemaPage, VolumePage } from '../browse/browse-page.dto';
import type { FileEntryDto, FilePage } from '../files/file-entry.dto';
import { VolumeDto } from '../browse/volume.dto';
import { ENCODINGS, type Encoding, type OperationName } from './operation.dto';

/** Who the caller is, in the words of SCIM. */
export class IdentityDto {
  /** Name of the user; of a service principal, its client id. */
  @ApiProperty({ example: 'ana@example.com' })
  userName!: string;

  /** The primary address, else the first; null when there is none. */
  @ApiProperty({ type: String, nullable: true, example: 'ana@example.com' })
  email!: string | null;

  /** What people call the user. */
  @ApiProperty({ type: String, nullable: true, example: 'Ana Berg' })
  displayName!: string | null;

  static from({ userName = '', displayName, emails = [] }: ScimMe): IdentityDto {
    const email = emails.find(({ primary }) => primary === true) ?? emails[0];
    return { userName, email: email?.value ?? null, displayName: displayName ?? null };
  }
}

/** The volume of that name. */
export class EnsuredVolumeDto extends VolumeDto {
  /** False when it was there before. */
  created!: boolean;
}

/** The directory of that path. */
export class EnsuredDirectoryDto {
  /** Its whole path, not percent-encoded. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/reports' })
  path!: string;
}

/** A file or directory. */
export class DirectoryItemDto {
  /** Its name within the directory. */
  @ApiProperty({ example: 'airports.csv' })
  name!: string;

  /** Its whole path, not percent-encoded. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/airports.csv' })
  path!: string;

  /** Whether it is a directory. */
  is_directory!: boolean;

  /** Bytes of a file; null for a directory. */
  @ApiProperty({ type: 'integer', nullable: true })
  file_size!: number | null;

  /** When it was last written, if the platform says so. */
  @ApiProperty({ type: String, nullable: true, example: '2026-11-21T08:30:00.000Z' })
  last_modified!: string | null;

  static from({ name, path, is_directory, size_bytes, last_modified }: FileEntryDto): DirectoryItemDto {
    return { name, path, is_directory, file_size: size_bytes, last_modified };
  }
}

/** A page of a directory. */
export class DirectoryContentsDto {
  /** Its children. */
  @ApiProperty({ type: () => [DirectoryItemDto] })
  contents!: DirectoryItemDto[];

  /** Asks for the next page; null on the last one. */
  @ApiProperty({ type: String, nullable: true })
  next_cursor!: string | null;

  static from({ items, next_cursor }: FilePage): DirectoryContentsDto {
    return { contents: items.map((entry) => DirectoryItemDto.from(entry)), next_cursor };
  }
}

/** What a file holds. */
export class FileTextDto {
  /** Text, or bytes as base64. */
  @ApiProperty({ example: 'hello' })
  content!: string;

  /** Which of the two `content` is. */
  @ApiProperty({ enum: ENCODINGS })
  encoding!: Encoding;
}

/** The file that was written. */
export class WrittenFileDto {
  /** Its whole path, not percent-encoded. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/note.txt' })
  path!: string;

  /** How many bytes it has now. */
  @ApiProperty({ type: 'integer', example: 5 })
  size_bytes!: number;

  /** Whether another file was there and is no more. */
  overwritten!: boolean;
}

/** The class of an answer, for the document: the operation's name, and its result. */
function AnswerTo<Op extends OperationName, Result>(op: Op, Result: Type<Result>): Type<{ op: Op; result: Result }> {
  class OperationAnswer {
    @ApiProperty({ enum: [op] })
    op!: Op;

    @ApiProperty({ type: () => Result })
    result!: Result;
  }
  return OperationAnswer;
}

export class MeAnswer extends AnswerTo('me', IdentityDto) {}
export class ListCatalogsAnswer extends AnswerTo('list_catalogs', CatalogPage) {}
export class ListSchemasAnswer extends AnswerTo('list_schemas', SchemaPage) {}
export class ListVolumesAnswer extends AnswerTo('list_volumes', VolumePage) {}
export class EnsureVolumeAnswer extends AnswerTo('ensure_volume', EnsuredVolumeDto) {}
export class CreateDirectoryAnswer extends AnswerTo('create_directory', EnsuredDirectoryDto) {}
export class ListDirectoryAnswer extends AnswerTo('list_directory', DirectoryContentsDto) {}
export class ReadFileAnswer extends AnswerTo('read_file', FileTextDto) {}
export class WriteFileAnswer extends AnswerTo('write_file', WrittenFileDto) {}

/** What each operation of the gateway answers. */
export const OPERATION_ANSWERS = {
  me: MeAnswer,
  list_catalogs: ListCatalogsAnswer,
  list_schemas: ListSchemasAnswer,
  list_volumes: ListVolumesAnswer,
  ensure_volume: EnsureVolumeAnswer,
  create_directory: CreateDirectoryAnswer,
  list_directory: ListDirectoryAnswer,
  read_file: ReadFileAnswer,
  write_file: WriteFileAnswer,
} as const satisfies Record<OperationName, Type>;

export type OperationAnswer = InstanceType<(typeof OPERATION_ANSWERS)[OperationName]>;
