import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestApi } from './testing/test-api';

const corpus = process.env['LAKESCOPE_DELTA_CORPUS'];
const MOUNT = '/Volumes/lakescope/mounts/corpus';

/** The classes that have to be read completely; a table of another class may be refused by name instead. */
const COMPLETE = new Set([
  'basic',
  'partitioned',
  'time-travel',
  'classic-checkpoint',
  'multipart-checkpoint',
  'v2-checkpoint',
  'deletion-vectors',
]);
const REFUSALS = new Set(['UNSUPPORTED_TABLE_FEATURE', 'TABLE_CORRUPT', 'VERSION_NOT_FOUND', 'TABLE_NOT_FOUND']);
const PAGE = 1000;

interface IndexLine {
  table: string;
  class: string;
  expected_version: string;
  active_files: string;
  active_bytes: string;
  expected_rows: string;
  expectation: string;
}

function readIndex(folder: string): IndexLine[] {
  const [header = '', ...lines] = readFileSync(join(folder, 'INDEX.tsv'), 'utf8').trimEnd().split('\n');
  const names = header.split('\t');
  return lines.map(
    (line) => Object.fromEntries(line.split('\t').map((value, i) => [names[i], value])) as unknown as IndexLine,
  );
}

describe('the inspector on a mounted folder', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await TestApi.start({ database: false, mounts: { corpus: corpus ?? 'migrations' } });
  });
  afterAll(() => api.stop());

  const ask = (route: string, query: Record<string, string>, persona: 'analyst' | 'outsider' = 'analyst') =>
    api.ask(`/api/v1/delta/tables${route}?${new URLSearchParams(query).toString()}`, { as: persona });

  it('finds no table where there is none, and shows an outsider nothing', async () => {
    const nothing = await ask('', { path: corpus ? `${MOUNT}/basic/dat__basic_append/expected` : MOUNT });
    const refused = await ask('', { path: MOUNT }, 'outsider');

    expect(nothing.json).toEqual({ items: [], next_cursor: null });
    expect(refused.status).toBe(403);
  });

  if (corpus === undefined) return;
  const tables = readIndex(corpus);

  it.each(tables.filter((line) => COMPLETE.has(line.class) && line.expectation === 'ok'))(
    'reads $table as its index says',
    async (line) => {
      const path = `${MOUNT}/${line.table}`;

      const detail = await ask('/detail', { path });
      const schema = await ask('/schema', { path });
      const history = await ask('/history', { path });

      expect(detail.json).toMatchObject({
        version: Number(line.expected_version),
        num_files: Number(line.active_files),
        size_bytes: line.active_bytes,
        num_rows: line.expected_rows,
        rows_exact: true,
      });
      expect(schema.status).toBe(200);
      expect(history.status).toBe(200);
      expect(await countPreviewedRows(path)).toBe(Number(line.expected_rows));
    },
    60_000,
  );

  it.each(tables.filter((line) => !COMPLETE.has(line.class) || line.expectation !== 'ok'))(
    'reads $table rightly or refuses it by name',
    async (line) => {
      const path = `${MOUNT}/${line.table}`;

      const detail = await ask('/detail', { path });
      const preview = await ask('/preview', { path, limit: '1000' });

      for (const answer of [detail, preview]) {
        if (answer.status !== 200) expect(REFUSALS).toContain(answer.json['error_code']);
      }
      if (detail.status === 200 && line.expectation === 'ok') {
        expect(detail.json).toMatchObject({ num_files: Number(line.active_files), size_bytes: line.active_bytes });
        if (detail.json['rows_exact'] === true) expect(detail.json['num_rows']).toBe(line.expected_rows);
      }
    },
    60_000,
  );

  async function countPreviewedRows(path: string): Promise<number> {
    let rows = 0;
    for (let offset: number | null = 0; offset !== null;) {
      const page = await ask('/preview', { path, limit: String(PAGE), offset: String(offset) });
      expect(page.status).toBe(200);
      rows += (page.json['rows'] as unknown[]).length;
      offset = page.json['next_offset'] as number | null;
    }
    return rows;
  }
});
