import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InspectorApp, type Answer } from './testing/inspector-app';

/** Folder of real tables with an INDEX.tsv that says what is in them. */
const root = process.env['LAKESCOPE_DELTA_CORPUS'];

const MOUNT = '/Volumes/lakescope/mounts/corpus';

/** Classes that open completely; the others open or are refused by name. */
const COMPLETE = new Set([
  'basic',
  'partitioned',
  'time-travel',
  'classic-checkpoint',
  'multipart-checkpoint',
  'v2-checkpoint',
  'deletion-vectors',
]);

type IndexRow = Record<string, string>;

function parseIndex(text: string): IndexRow[] {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const names = header.split('\t');
  return lines.map((line) => Object.fromEntries(line.split('\t').map((value, column) => [names[column], value])));
}

describe('the index of a corpus', () => {
  it('is read by the names in its first line', () => {
    expect(parseIndex('table\tclass\nbasic/one\tbasic\n')).toEqual([{ table: 'basic/one', class: 'basic' }]);
  });
});

if (root !== undefined) {
  describe('real tables over HTTP', () => {
    let inspector: InspectorApp;
    let tables: IndexRow[];

    beforeAll(async () => {
      tables = parseIndex(await readFile(join(root, 'INDEX.tsv'), 'utf8'));
      inspector = await InspectorApp.start({ mounts: { corpus: root } });
    });

    afterAll(() => inspector.stop());

    it('have the version, rows, files and bytes of the index, and show schema, history and rows', async () => {
      const wrong: string[] = [];
      const complete = tables.filter((row) => COMPLETE.has(row['class'] ?? '') && row['expectation'] === 'ok');
      expect(complete.length).toBeGreaterThan(0);
      for (const table of complete) {
        const detail = await ask('/detail', table);
        const { version, num_rows, rows_exact, num_files, size_bytes } = detail.body;
        const found = [version, num_rows, rows_exact, num_files, size_bytes].join();
        const { expected_version, expected_rows, active_files, active_bytes } = table;
        const expected = [expected_version, expected_rows, true, active_files, active_bytes].join();
        if (found !== expected) wrong.push(`${table['table']}: ${found} instead of ${expected}`);
        const preview = await ask('/preview', table, { limit: 1000 });
        const shown = (preview.body['rows'] as unknown[] | undefined)?.length;
        if (shown !== Math.min(Number(expected_rows), 1000)) wrong.push(`${table['table']}: shows ${shown} rows`);
        const views = [await ask('/schema', table), await ask('/history', table)];
        if (views.some(({ status }) => status !== 200)) wrong.push(`${table['table']}: no schema or history`);
      }
      expect(wrong).toEqual([]);
    }, 180_000);

    it('of every other kind work or are refused by name, and nothing crashes', async () => {
      const wrong: string[] = [];
      for (const table of tables.filter((row) => !COMPLETE.has(row['class'] ?? '') || row['expectation'] !== 'ok')) {
        for (const view of ['/detail', '/schema', '/history', '/preview']) {
          const { status, body } = await ask(view, table);
          const named = ['TABLE_NOT_FOUND', 'TABLE_CORRUPT', 'UNSUPPORTED_TABLE_FEATURE'].includes(
            String(body['error_code']),
          );
          if (status !== 200 && !named) wrong.push(`${table['table']}${view}: ${status} ${JSON.stringify(body)}`);
        }
      }
      expect(wrong).toEqual([]);
    }, 180_000);

    function ask(view: string, table: IndexRow, more = {}): Promise<Answer> {
      return inspector.post(view, { source: { kind: 'volume', path: `${MOUNT}/${table['table']}` }, ...more });
    }
  });
}
