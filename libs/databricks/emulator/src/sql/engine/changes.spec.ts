import { GivenLake } from './testing/given-lake';

describe('DELETE and UPDATE', () => {
  let lake: GivenLake;
  beforeAll(async () => {
    lake = await GivenLake.open();
  });
  afterAll(() => lake.close());

  /** The ids 0 to 9 with a group, in files of three rows. */
  async function given(name: string, options: Parameters<GivenLake['given']>[2] = {}): Promise<void> {
    await lake.given(
      `main.sales.${name}`,
      `SELECT range AS id, 'g' || range % 2 AS grp, range * 1.5::DECIMAL(10,2) AS price FROM range(10)`,
      {
        maxRowsPerFile: 3,
        ...options,
      },
    );
  }

  const ids = async (table: string): Promise<string> =>
    (await lake.sql(`SELECT id FROM sales.${table} ORDER BY id`)).map(([id]) => id ?? 'null').join(' ');

  async function history(table: string): Promise<Record<string, unknown>> {
    const [row = []] = await lake.sql(`DESCRIBE HISTORY sales.${table} LIMIT 1`);
    const [version, , , user, operation, parameters, , , , readVersion, isolation, isBlind, metrics] = row;
    return {
      version,
      user,
      operation,
      readVersion,
      isolation,
      isBlind,
      parameters: JSON.parse(parameters ?? '{}') as unknown,
      metrics: JSON.parse(metrics ?? '{}') as unknown,
    };
  }

  it('deletes rows that fit and rewrites the files they were in, no others', async () => {
    await given('deleted');

    expect(await lake.sql('DELETE FROM sales.deleted AS d WHERE d.id = 4 OR id = 5')).toEqual([['2']]);
    expect(await lake.columns('DELETE FROM sales.deleted WHERE id = 100')).toEqual(['num_affected_rows BIGINT']);

    expect(await ids('deleted')).toBe('0 1 2 3 6 7 8 9');
    expect(await history('deleted')).toMatchObject({
      version: '1',
      user: 'owner',
      operation: 'DELETE',
      readVersion: '0',
      isolation: 'WriteSerializable',
      isBlind: 'false',
      parameters: { predicate: '["((id = 4) OR (id = 5))"]' },
      metrics: { numDeletedRows: '2', numCopiedRows: '1', numRemovedFiles: '1', numAddedFiles: '1' },
    });
    expect(await lake.sql('SELECT count(*) FROM sales.deleted VERSION AS OF 0')).toEqual([['10']]);
  });

  it('deletes everything without a condition, and writes no commit when nothing fits', async () => {
    await given('emptied');

    expect(await lake.sql('DELETE FROM sales.emptied WHERE id > 100')).toEqual([['0']]);
    expect(await history('emptied')).toMatchObject({ version: '0' });
    expect(await lake.sql('DELETE FROM sales.emptied')).toEqual([['10']]);
    expect(await ids('emptied')).toBe('');
    expect(await history('emptied')).toMatchObject({
      parameters: { predicate: '["true"]' },
      metrics: { numDeletedRows: '10', numCopiedRows: '0', numAddedFiles: '0' },
    });
    expect(await lake.sql('DELETE FROM sales.emptied')).toEqual([['0']]);
  });

  it('takes subqueries, parameters and names of every length in conditions, and NULL for no', async () => {
    await given('queried', { partitionColumns: ['grp'] });
    await lake.sql('INSERT INTO sales.queried VALUES (NULL, NULL, NULL)');

    expect(
      await lake.sql(
        'DELETE FROM main.sales.queried WHERE main.sales.queried.id IN (SELECT max(id) FROM sales.queried)',
      ),
    ).toEqual([['1']]);
    expect(
      await lake.sql('DELETE FROM sales.queried WHERE id < :most AND EXISTS (SELECT 1 FROM range(1))', {
        parameters: [{ name: 'most', value: '2', type: 'BIGINT' }],
      }),
    ).toEqual([['2']]);

    expect(await ids('queried')).toBe('null 2 3 4 5 6 7 8');
    expect(await lake.sql('DELETE FROM sales.queried WHERE grp IS NULL')).toEqual([['1']]);
    expect(await lake.sql(`SELECT grp, count(*) FROM sales.queried GROUP BY 1 ORDER BY 1`)).toEqual([
      ['g0', '4'],
      ['g1', '3'],
    ]);
  });

  it('updates rows that fit, with the old values on the right side', async () => {
    await given('updated');

    expect(
      await lake.sql(
        "UPDATE sales.updated u SET u.id = id + 100, grp = concat(grp, '-', id), price = DEFAULT WHERE id >= 8",
      ),
    ).toEqual([['2']]);
    expect(await lake.columns('UPDATE sales.updated SET id = 1 WHERE false')).toEqual(['num_affected_rows BIGINT']);

    expect(await lake.sql('SELECT * FROM sales.updated WHERE id > 6 ORDER BY id')).toEqual([
      ['7', 'g1', '10.50'],
      ['108', 'g0-8', null],
      ['109', 'g1-9', null],
    ]);
    expect(await history('updated')).toMatchObject({
      operation: 'UPDATE',
      parameters: { predicate: '["(id >= 8)"]' },
      metrics: { numUpdatedRows: '2', numCopiedRows: '2', numRemovedFiles: '2' },
    });
    expect(await lake.sql('UPDATE sales.updated SET price = (SELECT max(id) FROM sales.updated)')).toEqual([['10']]);
    expect(await lake.sql('SELECT DISTINCT price FROM sales.updated')).toEqual([['109.00']]);
  });

  it('moves rows from partition to partition', async () => {
    await given('moved', { partitionColumns: ['grp'] });

    await lake.sql(`UPDATE sales.moved SET grp = 'x/y z' WHERE id < 3`);
    await lake.sql(`UPDATE sales.moved SET grp = NULL WHERE id = 9`);
    await lake.sql(`UPDATE sales.moved SET id = id + 1000 WHERE grp = 'x/y z' AND id = 2`);

    expect(await lake.sql('SELECT grp, count(*), max(id) FROM sales.moved GROUP BY 1 ORDER BY 1')).toEqual([
      [null, '1', '9'],
      ['g0', '3', '8'],
      ['g1', '3', '7'],
      ['x/y z', '3', '1002'],
    ]);
  });

  it.each([
    ['DELETE FROM sales.kept WHERE nope = 1', '[UNRESOLVED_COLUMN.WITH'],
    ['DELETE FROM sales.kept WHERE 1 / 0 = id', '[DIVIDE_BY_ZERO]'],
    ['DELETE FROM sales.nowhere', '[TABLE_OR_VIEW_NOT_FOUND]'],
    ['DELETE FROM sales.looked', '[UNSUPPORTED_TABLE_CHANGE_IN_VIEW]'],
    ['DELETE sales.kept', '[PARSE_SYNTAX_ERROR]'],
    ['DELETE FROM sales.kept WHERE', '[PARSE_SYNTAX_ERROR]'],
    ['DELETE FROM sales.kept VERSION AS OF 0', '[PARSE_SYNTAX_ERROR]'],
    ['DELETE FROM sales.kept WHERE count(*) > 1', '[INVALID_WHERE_CONDITION]'],
    ['UPDATE sales.kept SET nope = 1', '[UNRESOLVED_COLUMN.WITH_SUGGESTION]'],
    ['UPDATE sales.kept SET id = 1, ID = 2', '[DELTA_CONFLICT_SET_COLUMN]'],
    ["UPDATE sales.kept SET id = 'x'", '[CAST_INVALID_INPUT]'],
    [
      'UPDATE sales.kept SET id = NULL',
      '[DELTA_NOT_NULL_CONSTRAINT_VIOLATED] NOT NULL constraint violated for column: id.',
    ],
    ['UPDATE sales.kept SET a.b.c = 1', '[UNSUPPORTED_FEATURE.SQL]'],
    ['UPDATE sales.kept SET id = 99999999999', '[ARITHMETIC_OVERFLOW]'],
    ['UPDATE sales.kept', '[PARSE_SYNTAX_ERROR]'],
    ['DELETE FROM sales.grown WHERE id = 1', '[DELTA_CANNOT_MODIFY_APPEND_ONLY]'],
    ['UPDATE sales.grown SET id = 1', '[DELTA_CANNOT_MODIFY_APPEND_ONLY]'],
  ])('refuses %s and leaves everything as it was', async (text, message) => {
    await lake.sql('CREATE TABLE IF NOT EXISTS sales.kept (id INT NOT NULL, name STRING)');
    await lake.sql("CREATE TABLE IF NOT EXISTS sales.grown (id INT) TBLPROPERTIES ('delta.appendOnly' = 'true')");
    lake.view('main.sales.looked', 'SELECT * FROM main.sales.kept');
    if ((await ids('kept')) === '') await lake.sql("INSERT INTO sales.kept VALUES (1, 'a'), (2, 'b')");
    if ((await ids('grown')) === '') await lake.sql('INSERT INTO sales.grown VALUES (1)');

    await expect(lake.sql(text)).rejects.toMatchObject({ message: expect.stringContaining(message) });
    expect(await lake.sql('SELECT * FROM sales.kept ORDER BY id')).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ]);
    expect(await ids('grown')).toBe('1');
  });

  it('asks for MODIFY and SELECT on the table, and for SELECT on what a condition reads', async () => {
    await given('guarded');
    await lake.given('main.sales.other', 'SELECT 1 AS id');
    const asGuest = (text: string): Promise<unknown> => lake.sql(text, { caller: lake.person('guest') });
    for (const one of ['USE CATALOG main', 'USE SCHEMA main.sales']) lake.granted.add(one);

    for (const text of ['DELETE FROM sales.guarded WHERE id = 1', 'UPDATE sales.guarded SET id = 11 WHERE id = 1']) {
      lake.granted.delete('MODIFY main.sales.guarded');
      lake.granted.delete('SELECT main.sales.guarded');
      await expect(asGuest(text)).rejects.toThrow("MODIFY on Table 'main.sales.guarded'");
      lake.granted.add('MODIFY main.sales.guarded');
      await expect(asGuest(text)).rejects.toThrow("SELECT on Table 'main.sales.guarded'");
    }
    lake.granted.add('SELECT main.sales.guarded');
    await expect(asGuest('DELETE FROM sales.guarded WHERE id IN (SELECT id FROM sales.other)')).rejects.toThrow(
      "SELECT on Table 'main.sales.other'",
    );
    await expect(asGuest('UPDATE sales.guarded SET id = (SELECT id FROM sales.other)')).rejects.toThrow(
      "SELECT on Table 'main.sales.other'",
    );

    expect(await ids('guarded')).toBe('0 1 2 3 4 5 6 7 8 9');
    expect(await asGuest('DELETE FROM sales.guarded WHERE id = 1')).toEqual([['1']]);
    expect(await lake.sql('DELETE FROM sales.guarded WHERE id = 2')).toEqual([['1']]);
    lake.granted.clear();
  });

  it('has one winner among statements that change the same rows; the others fail as the platform says', async () => {
    await given('raced');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) => lake.sql(`UPDATE sales.raced SET price = ${index} WHERE id = 4`)),
    );

    const won = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(won).toBeGreaterThanOrEqual(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      expect(outcome.reason).toMatchObject({ name: 'SqlFailure', errorCode: 'ABORTED', sqlState: '2D521' });
      expect(String(outcome.reason)).toMatch(/\[DELTA_CONCURRENT_(DELETE_DELETE|APPEND)\]/);
    }
    expect(await history('raced')).toMatchObject({ version: String(won) });
    expect(await ids('raced')).toBe('0 1 2 3 4 5 6 7 8 9');
  });

  it('loses no row that is inserted meanwhile', async () => {
    await given('busy');
    const [...inserts] = Array.from({ length: 4 }, (_, index) =>
      lake.sql(`INSERT INTO sales.busy (id) VALUES (${100 + index})`),
    );
    await Promise.all([...inserts, lake.sql('DELETE FROM sales.busy WHERE id < 5')]);

    expect(await ids('busy')).toBe('5 6 7 8 9 100 101 102 103');
  });

  it('changes nothing when it is canceled', async () => {
    await given('canceled');
    const canceling = new AbortController();
    const slow = lake.sql('DELETE FROM sales.canceled WHERE id < (SELECT count(*) FROM range(100000000000))', {
      signal: canceling.signal,
    });
    setTimeout(() => canceling.abort(new Error('left')), 100);

    await expect(slow).rejects.toThrow('left');
    expect(await ids('canceled')).toBe('0 1 2 3 4 5 6 7 8 9');
    expect(await history('canceled')).toMatchObject({ version: '0' });
  });
});
