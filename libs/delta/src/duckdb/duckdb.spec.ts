import { join } from 'node:path';
import { TemporaryLake } from '../testing/temporary-lake';
import { DuckDB } from './duckdb';
import { fileLiteral, identifier, literal } from './sql';

describe('the locked-down DuckDB', () => {
  let lake: TemporaryLake;
  let duckdb: DuckDB;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
    await lake.write('open/a.csv', 'x\n1\n');
    await lake.write('closed/a.csv', 'x\n1\n');
    duckdb = new DuckDB({
      directories: [join(lake.directory, 'open')],
      temporaryDirectory: join(lake.directory, 'spill'),
      memoryLimitBytes: 128 * 1024 * 1024,
    });
  });
  afterAll(async () => {
    await duckdb.close();
    await lake.close();
  });

  it('opens files of its folders', async () => {
    expect(await duckdb.rows(`SELECT * FROM read_csv(${fileLiteral(join(lake.directory, 'open/a.csv'))})`)).toEqual([
      [1n],
    ]);
  });

  it.each([
    ['files elsewhere', (folder: string) => `SELECT * FROM read_csv('${folder}/closed/a.csv')`],
    ['files above by dots', (folder: string) => `SELECT * FROM read_csv('${folder}/open/../closed/a.csv')`],
    ['writing elsewhere', (folder: string) => `COPY (SELECT 1) TO '${folder}/closed/b.csv'`],
    ['extensions', () => 'INSTALL httpfs'],
    ['loading extensions', () => 'LOAD httpfs'],
    ['databases elsewhere', (folder: string) => `ATTACH '${folder}/closed/x.db'`],
    ['lifting its limits', () => 'SET enable_external_access = true'],
    ['more folders', () => "SET allowed_directories = ['/']"],
  ])('refuses %s', async (_, sql) => {
    await expect(duckdb.rows(sql(lake.directory))).rejects.toThrow(/Permission|disabled|locked|Cannot/);
  });

  it('stops a running statement when its caller leaves', async () => {
    const caller = new AbortController();
    const running = duckdb.rows('SELECT count(*) FROM range(1000000000000) WHERE random() > 2', caller.signal);
    setTimeout(() => caller.abort(), 50);

    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  }, 5_000);

  it('takes names and texts as they are', async () => {
    const name = `a"b'c;--`;
    expect(await duckdb.rows(`SELECT ${literal(name)} AS ${identifier(name)}`)).toEqual([[name]]);
  });
});
