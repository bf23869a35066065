import { ApiProperty } from '@nestjs/swagger';
import { ApiPage } from '@lakescope/server-http';
import type { DirectoryEntry } from '@lakescope/databricks-wire';
import { timeText } from '../time-text';
import { etagOf, type FileVersion } from './file-version';
import type { VolumePath } from './volume-path';

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

  /** Stands for this version of a file, to be sent as If-Match; null for a directory. */
  @ApiProperty({ type: String, nullable: true, example: '"2s-lx3k0g"' })
  etag!: string | null;

  static from(entry: DirectoryEntry): FileEntryDto {
    const size = entry.is_directory ? null : (entry.file_size ?? null);
    const dto = new FileEntryDto();
    dto.name = entry.name;
    // Directories may come with a trailing slash, which is no part of their path.
    dto.path = entry.path.length > 1 ? entry.path.replace(/\/+$/, '') : entry.path;
    dto.is_directory = entry.is_directory;
    dto.size_bytes = size;
    dto.last_modified = timeText(entry.last_modified);
    dto.etag =
      size === null ? null : etagOf({ sizeBytes: Number(size), lastModified: Number(entry.last_modified ?? 0) });
    return dto;
  }

  /** A file that was looked at by itself. */
  static ofFile(path: VolumePath, version: FileVersion): FileEntryDto {
    const dto = new FileEntryDto();
    dto.name = path.name;
    dto.path = path.toString();
    dto.is_directory = false;
    dto.size_bytes = version.sizeBytes;
    dto.last_modified = timeText(version.lastModified);
    dto.etag = etagOf(version);
    return dto;
  }

  static ofDirectory(path: VolumePath): FileEntryDto {
    const dto = new FileEntryDto();
    dto.name = path.name;
    dto.path = path.toString();
    dto.is_directory = true;
    dto.size_bytes = null;
    dto.last_modified = null;
    dto.etag = null;
    return dto;
  }
}

/** A page of a directory. */
export class FilePage extends ApiPage(FileEntryDto) {}
