import { DatabricksClients, PlatformError, type FilesApi } from '@lakescope/databricks-client';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { extensionOf, isImage } from '../content-type';
import { limits } from '../file-limits';
import { versionOf } from '../look-at-file';
import { VolumePath } from '../volume-path';
import { previewOf, type FilePreviewDto } from './file-preview.dto';
import { decodeText } from './preview-text';
import { RowReaders, type FirstRows } from './row-readers';
import { delimitedPreview, jsonLinesPreview, jsonPreview } from './text-previews';

/** What a file looks like, told by its first bytes and never by more of it than that. */
@Injectable()
export class FilePreviews {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly readers: RowReaders,
  ) {}

  async preview(caller: UserCaller, text: string, signal: AbortSignal): Promise<FilePreviewDto> {
    const path = VolumePath.parseBelow(text, 'a file');
    const { files } = this.databricks.asUser(caller);
    const { sizeBytes } = await versionOf(files, path, signal);
    const extension = extensionOf(path.name);
    if (isImage(path.name)) return previewOf('image');
    const read = this.readers.of(extension);
    if (read !== undefined) {
      const { previewRows: limit, previewColumns: maxColumns } = limits;
      return rowsPreview(await read(caller, path, { limit, maxColumns, signal }));
    }
    const bytes = await firstBytes(files, path, sizeBytes, signal);
    const isWhole = bytes.length === sizeBytes;
    const decoded = decodeText(bytes, isWhole);
    if (decoded === undefined) return previewOf('none', { reason: 'The file holds no text that could be shown.' });
    switch (extension) {
      case 'csv':
      case 'tsv':
        return delimitedPreview(decoded, extension, isWhole);
      case 'json':
        return jsonPreview(decoded, isWhole);
      case 'jsonl':
      case 'ndjson':
        return jsonLinesPreview(decoded, isWhole);
      default:
        return previewOf('text', { text: decoded, truncated: !isWhole });
    }
  }
}

function rowsPreview(found: FirstRows): FilePreviewDto {
  if ('unreadable' in found) return previewOf('none', { reason: found.unreadable });
  // A hundred rows may hold a hundred pictures: what is shown has to fit into an answer.
  let bytes = 0;
  const rows = found.rows.filter((row) => (bytes += JSON.stringify(row).length) <= limits.previewRowBytes);
  return previewOf('table', {
    columns: found.columns,
    rows,
    truncated: found.hasMore || rows.length < found.rows.length,
  });
}

async function firstBytes(
  files: FilesApi,
  path: VolumePath,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  // A file without a byte has no first one.
  if (sizeBytes === 0) return new Uint8Array();
  try {
    return await files.readBytes(path.toString(), { signal, range: { offset: 0, length: limits.previewBytes } });
  } catch (error) {
    // Somebody has emptied it since it was looked at.
    if (error instanceof PlatformError && error.kind === 'range_not_satisfiable') return new Uint8Array();
    throw error;
  }
}
