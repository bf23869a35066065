import type {
  ExternalLink,
  ResultChunk,
  ResultManifest,
  StatementResponse,
  StatementResult,
} from '@lakescope/databricks-wire';
import type { SqlColumn } from '../engine/sql-request';
import type { StoredChunk } from './result-file';
import type { ResultLinks } from './result-links';
import type { Statement, StoredResult } from './statement';

export const STATEMENTS_PATH = '/api/2.0/sql/statements';

/** JSON text. Rows go into it as they lie in the file: a chunk of megabytes is never parsed and written anew. */
export async function statementText(statement: Statement, links: ResultLinks): Promise<Buffer> {
  const { id, status, format, result } = statement;
  const head: StatementResponse = { statement_id: id, status };
  if (result === undefined) return Buffer.from(JSON.stringify(head));
  const manifest = manifestOf(result, format);
  const [first] = result.file.chunks;
  const chunk = first === undefined ? Buffer.from('{}') : await chunkText(statement, result, first, 0, links);
  return withField(JSON.stringify({ ...head, manifest }), 'result', chunk);
}

/** JSON text of one chunk, as it is answered by itself and as a statement's `result`. */
export async function chunkText(
  { id, disposition, format }: Statement,
  { file }: StoredResult,
  chunk: StoredChunk,
  index: number,
  links: ResultLinks,
): Promise<Buffer> {
  const next = file.chunks[index + 1];
  const described = {
    ...describe(chunk, index, disposition === 'EXTERNAL_LINKS'),
    ...(next !== undefined && {
      next_chunk_index: index + 1,
      next_chunk_internal_link: `${STATEMENTS_PATH}/${id}/result/chunks/${index + 1}?row_offset=${next.rowOffset}`,
    }),
  };
  if (disposition === 'INLINE') {
    const rows = await file.read(chunk);
    const text = JSON.stringify(described);
    return format === 'ARROW_STREAM'
      ? withField(text, 'attachment', Buffer.from(`"${rows.toString('base64')}"`))
      : withField(text, 'data_array', rows);
  }
  const { url, expiresAt } = links.make(id, index);
  const link: ExternalLink = {
    ...described,
    external_link: url,
    expiration: expiresAt.toISOString(),
    http_headers: {},
  };
  const result: StatementResult = { external_links: [link] };
  return Buffer.from(JSON.stringify(result));
}

function manifestOf({ columns, file, truncated }: StoredResult, format: ResultManifest['format']): ResultManifest {
  const external = format !== 'JSON_ARRAY';
  return {
    format,
    schema: { column_count: columns.length, columns: columns.map((column) => describeColumn(column)) },
    total_chunk_count: file.chunks.length,
    ...(file.chunks.length > 0 && { chunks: file.chunks.map((chunk, index) => describe(chunk, index, external)) }),
    total_row_count: file.rowCount,
    total_byte_count: file.byteCount,
    truncated,
  };
}

function describe({ rowOffset, rowCount, byteCount }: StoredChunk, index: number, withBytes: boolean): ResultChunk {
  return {
    chunk_index: index,
    row_offset: rowOffset,
    row_count: rowCount,
    ...(withBytes && { byte_count: byteCount }),
  };
}

function describeColumn({ name, position, typeName, typeText, precision, scale }: SqlColumn) {
  return {
    name,
    position,
    type_name: typeName,
    type_text: typeText,
    ...(precision !== undefined && { type_precision: precision }),
    ...(scale !== undefined && { type_scale: scale }),
  };
}

/** One more field for the text of an object that has some already. */
function withField(objectText: string, name: string, valueText: Buffer): Buffer {
  const before = `${objectText.slice(0, -1)},${JSON.stringify(name)}:`;
  return Buffer.concat([Buffer.from(before), valueText, Buffer.from('}')]);
}
