import { ApiProperty } from '@nestjs/swagger';
import { ApiPage } from '@lakescope/server-http';
import type { DirectoryEntry } from '@lakescope/databricks-wire';
import { timeText } from '../time-text';

/** A file or directory of a volume. */
export class FileEntryDto {
  /** Its name within the directory. */
  @ApiProperty({ example: 'airports.csv' })
  name!: string;

  /** Its whole path, not percent-encoded. */
  @ApiProperty({ example: '/Volumes/demo/lake/files/airports.csv' })
  path!: string;

  /** Whether it is a directory. */
  is_directory!: boolean;

  /** Size of a file; null for a directory. */
  @ApiProperty({ type: 'integer', nullable: true })
  size_bytes!: number | null;

  /** When it was last written, if the platform says so. */
  last_modified!: string | null;

  static from(entry: DirectoryEntry): FileEntryDto {
    const dto = new FileEntryDto();
    dto.name = entry.name;
    // Directories may come with a trailing slash, which is no part of their path.
    dto.path = entry.path.length > 1 ? entry.path.replace(/\/+$/, '') : entry.path;
    dto.is_directory = entry.is_directory;
    dto.size_bytes = entry.is_directory ? null : (entry.file_size ?? null);
    dto.last_modified = timeText(entry.last_modified);
    return dto;
  }
}

/** A page of a directory. */
export class FilePage extends ApiPage(FileEntryDto) {}
