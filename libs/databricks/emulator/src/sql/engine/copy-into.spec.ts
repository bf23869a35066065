import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GivenLake } from './testing/given-lake';

const DROP = '/Volumes/main/sales/drop';

describe('COPY INTO', () => {
  let lake: GivenLake;
  let folder: string;
  beforeAll(async () => {
    lake = await GivenLake.open();
    folder = lake.volumeFolder('main.sales.drop');
    await put('csv/a.csv', 'id,name,price\n1,"one, two",1.5\n2,,\n');
    await put('csv/b.csv', 'id,name,price\n3,three,3\n');
    await put('csv/_hidden.csv', 'id,name,price\n666,no,0\n');
    await put('csv/.hidden.csv', 'id,name,price\n666,no,0\n');
    await put('json/a.json', '{"id": 1, "name": "one"}\n{"id": 2, "more": [1, 2]}\n');
    await put('odd/[a]*?.csv', '1;x\n2;y\n');
    await put('odd/a.csv', '666;no\n');
    await put('bad/a.csv', 'id,name,price\nx,y,z\n');
    await writeFile(join(lake.directory, 'outside.csv'), 'id\n666\n');
    await symlink(join(lake.directory, 'outside.csv'), join(folder, 'link.csv'));
    await symlink(lake.directory, join(folder, 'up'));
  });
  afterAll(() => lake.close());

  async function put(path: string, text: string): Promise<void> {
    const file = join(folder, path);
    await mkdir(join(file, '..'), { recursive: true });
    await writeFile(file, text);
  }

  const made = async (name: string): Promise<void> => {
    await lake.sql(`CREATE TABLE sales.${name} (id BIGINT, name STRING, price DECIMAL(10,2))`);
  };
  const rows = async (table: string): Promise<string[]> =>
    (await lake.sql(`SELECT * FROM sales.${table} ORDER BY id`)).map((row) => row.join('|'));
  const CSV = `FILEFORMAT = CSV FORMAT_OPTIONS ('header' = 'true')`;

  it('loads the files of a folder by the names of their columns, each file once', async () => {
    await made('loaded');
    const copy = `COPY INTO sales.loaded FROM '${DROP}/csv' ${CSV}`;

    expect(await lake.columns(copy)).toEqual([
      'num_affected_rows BIGINT',
      'num_inserted_rows BIGINT',
      'num_skipped_corrupt_files BIGINT',
    ]);
    expect(await rows('loaded')).toEqual(['1|one, two|1.50', '2||', '3|three|3.00']);
    expect(await lake.sql(copy)).toEqual([['0', '0', '0']]);
    await put('csv/c.csv', 'price,id\n4.25,4\n');
    expect(await lake.sql(copy)).toEqual([['1', '1', '0']]);
    expect(await lake.sql(`${copy} COPY_OPTIONS ('force' = 'true')`)).toEqual([['4', '4', '0']]);
    await rm(join(folder, 'csv/c.csv'));

    const [last = []] = await lake.sql('DESCRIBE HISTORY sales.loaded LIMIT 1');
    expect([last[4], last[11]]).toEqual(['COPY INTO', 'true']);
    expect(JSON.parse(last[12] ?? '{}')).toMatchObject({ numOutputRows: '4' });
  });

  it('takes one file, a list of files, or those that fit a pattern', async () => {
    await made('named');

    expect(await lake.sql(`COPY INTO sales.named FROM '${DROP}/csv/b.csv' ${CSV}`)).toEqual([['1', '1', '0']]);
    expect(
      await lake.sql(
        `COPY INTO sales.named FROM '${DROP}' FILEFORMAT = CSV FILES = ('csv/a.csv') FORMAT_OPTIONS ('header' = 'true')`,
      ),
    ).toEqual([['2', '2', '0']]);
    expect(
      await lake.sql(
        `COPY INTO sales.named FROM '${DROP}/csv/' FILEFORMAT = CSV PATTERN = '[b-z]*.csv' FORMAT_OPTIONS ('header' = 'true')`,
      ),
    ).toEqual([['0', '0', '0']]);
    expect(await rows('named')).toHaveLength(3);
  });

  it('takes columns by their order, through a SELECT, or new ones where the schema may grow', async () => {
    await made('selected');
    await lake.sql(
      `COPY INTO sales.selected (id, name) FROM '${DROP}/odd/[a]*?.csv' FILEFORMAT = CSV FORMAT_OPTIONS ('sep' = ';')`,
    );
    await lake.sql(
      `COPY INTO sales.selected FROM (SELECT CAST(_c0 AS INT) + 10 AS id, upper(_c1) AS name FROM '${DROP}/odd/[a]*?.csv') FILEFORMAT = CSV FORMAT_OPTIONS ('delimiter' = ';') COPY_OPTIONS ('force' = 'true')`,
    );
    expect(await rows('selected')).toEqual(['1|x|', '2|y|', '11|X|', '12|Y|']);

    await made('grown');
    const copy = `COPY INTO sales.grown FROM '${DROP}/json' FILEFORMAT = JSON`;
    await expect(lake.sql(copy)).rejects.toThrow('[DELTA_METADATA_MISMATCH]');
    expect(await lake.sql(`${copy} COPY_OPTIONS ('mergeSchema' = 'true')`)).toEqual([['2', '2', '0']]);
    expect(await rows('grown')).toEqual(['1|one||', '2|||[1,2]']);
  });

  it('loads a file once, also when two statements want it at the same time', async () => {
    await made('raced');
    const copy = `COPY INTO sales.raced FROM '${DROP}/csv' ${CSV}`;
    const outcomes = await Promise.allSettled([lake.sql(copy), lake.sql(copy), lake.sql(copy)]);

    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(String(outcome.reason)).toContain('[DELTA_CONCURRENT_TRANSACTION]');
    }
    expect(await rows('raced')).toHaveLength(3);
  });

  it.each([
    [`'${DROP}/nowhere' ${CSV}`, '[PATH_NOT_FOUND]'],
    [`'${DROP}/link.csv' ${CSV}`, '[PATH_NOT_FOUND]'],
    [`'${DROP}/up' ${CSV}`, '[PATH_NOT_FOUND]'],
    [`'${DROP}/../drop/csv' ${CSV}`, '[PATH_NOT_FOUND]'],
    [`'/etc/passwd' ${CSV}`, '[PATH_NOT_FOUND]'],
    [`'s3://elsewhere/x' ${CSV}`, '[PATH_NOT_FOUND]'],
    [`'${DROP}/csv' FILEFORMAT = CSV FILES = ('../../../outside.csv')`, '[PATH_NOT_FOUND]'],
    [`'${DROP}/csv' FILEFORMAT = CSV FILES = ('a.csv\\0')`, '[PATH_NOT_FOUND]'],
    [`'${DROP}/csv' FILEFORMAT = AVRO`, '[COPY_INTO_SOURCE_FILE_FORMAT_NOT_SUPPORTED]'],
    [`'${DROP}/csv' FILEFORMAT = PARQUET`, '[FAILED_READ_FILE'],
    [`'${DROP}/bad' ${CSV}`, '[CAST_INVALID_INPUT]'],
    [`'${DROP}/csv'`, '[PARSE_SYNTAX_ERROR]'],
    [`(SELECT nope FROM '${DROP}/csv') ${CSV}`, '[UNRESOLVED_COLUMN'],
    [`(SELECT id FROM '${DROP}/csv' WHERE id = 1) ${CSV}`, '[PARSE_SYNTAX_ERROR]'],
    [`'${DROP}/csv' FILEFORMAT = CSV FORMAT_OPTIONS ('sep' = ',,,,,,,,,,,,')`, '['],
  ])('refuses FROM %s and loads nothing', async (from, message) => {
    await lake.sql('CREATE TABLE IF NOT EXISTS sales.kept (id BIGINT, name STRING, price DECIMAL(10,2))');
    const failure: unknown = await lake.sql(`COPY INTO sales.kept FROM ${from}`).catch((error: unknown) => error);

    expect(failure).toMatchObject({ name: 'SqlFailure', message: expect.stringContaining(message) });
    expect(String(failure)).not.toContain(lake.directory);
    expect(await rows('kept')).toEqual([]);
  });

  it('asks for MODIFY on the table and READ VOLUME on the volume', async () => {
    await made('guarded');
    const text = `COPY INTO sales.guarded FROM '${DROP}/csv' ${CSV}`;
    const asGuest = (): Promise<unknown> => lake.sql(text, { caller: lake.person('guest') });
    for (const one of ['USE CATALOG main', 'USE SCHEMA main.sales']) lake.granted.add(one);

    await expect(asGuest()).rejects.toThrow("MODIFY on Table 'main.sales.guarded'");
    lake.granted.add('MODIFY main.sales.guarded');
    await expect(asGuest()).rejects.toThrow("READ VOLUME on Volume 'main.sales.drop'");
    expect(await rows('guarded')).toEqual([]);
    lake.granted.add('READ VOLUME main.sales.drop');
    expect(await asGuest()).toEqual([['3', '3', '0']]);
    expect(await lake.sql(text)).toEqual([['0', '0', '0']]);
    lake.granted.clear();
  });
});
