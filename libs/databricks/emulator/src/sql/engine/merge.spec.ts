import { GivenLake } from './testing/given-lake';

describe('MERGE INTO', () => {
  let lake: GivenLake;
  beforeAll(async () => {
    lake = await GivenLake.open();
    await lake.given(
      'main.sales.news',
      `SELECT * FROM (VALUES (2, 'two', 20.0), (3, NULL, 30.0), (9, 'nine', 90.0)) AS v(id, name, price)`,
    );
  });
  afterAll(() => lake.close());

  /** The ids 1 to 5, one in each file. */
  const given = (name: string): Promise<void> =>
    lake.given(`main.sales.${name}`, `SELECT range + 1 AS id, 'old' AS name, range::DOUBLE AS price FROM range(5)`, {
      maxRowsPerFile: 1,
    });
  const rows = async (table: string): Promise<string[]> =>
    (await lake.sql(`SELECT * FROM sales.${table} ORDER BY id, name`)).map((row) => row.join(' '));

  async function history(table: string): Promise<unknown> {
    const [row = []] = await lake.sql(`DESCRIBE HISTORY sales.${table} LIMIT 1`);
    return { operation: row[4], parameters: JSON.parse(row[5] ?? '{}'), metrics: JSON.parse(row[12] ?? '{}') };
  }

  it('updates what matches and inserts what does not', async () => {
    await given('upserted');

    expect(
      await lake.sql(
        'MERGE INTO sales.upserted USING sales.news ON upserted.id = news.id WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *',
      ),
    ).toEqual([['3', '2', '0', '1']]);

    expect(await rows('upserted')).toEqual([
      '1 old 0.0',
      '2 two 20.0',
      '3  30.0',
      '4 old 3.0',
      '5 old 4.0',
      '9 nine 90.0',
    ]);
    expect(await history('upserted')).toMatchObject({
      operation: 'MERGE',
      parameters: {
        predicate: '["(id = id)"]',
        matchedPredicates: '[{"actionType":"update"}]',
        notMatchedPredicates: '[{"actionType":"insert"}]',
        notMatchedBySourcePredicates: '[]',
      },
      metrics: {
        numSourceRows: '3',
        numTargetRowsUpdated: '2',
        numTargetRowsInserted: '1',
        numTargetRowsDeleted: '0',
        numTargetRowsCopied: '0',
        numOutputRows: '3',
        numTargetFilesRemoved: '2',
      },
    });
    expect(
      await lake.columns('MERGE INTO sales.upserted t USING sales.news s ON false WHEN MATCHED THEN DELETE'),
    ).toEqual([
      'num_affected_rows BIGINT',
      'num_updated_rows BIGINT',
      'num_deleted_rows BIGINT',
      'num_inserted_rows BIGINT',
    ]);
  });

  it('takes the first clause whose condition fits, of every kind', async () => {
    await given('chosen');

    expect(
      await lake.sql(`MERGE INTO main.sales.chosen AS t
        USING (SELECT id, name, price FROM sales.news UNION ALL SELECT 11, 'eleven', 1) AS s ON t.id = s.id
        WHEN MATCHED AND s.name IS NULL THEN DELETE
        WHEN MATCHED AND t.price > 100 THEN UPDATE SET name = 'never'
        WHEN MATCHED THEN UPDATE SET t.name = upper(s.name), price = t.price + s.price
        WHEN NOT MATCHED AND s.price > 50 THEN INSERT (id, price) VALUES (s.id * 10, s.price)
        WHEN NOT MATCHED BY SOURCE AND t.id = 1 THEN DELETE
        WHEN NOT MATCHED BY SOURCE AND t.id = 5 THEN UPDATE SET name = 'left'`),
    ).toEqual([['5', '2', '2', '1']]);

    expect(await rows('chosen')).toEqual(['2 TWO 21.0', '4 old 3.0', '5 left 4.0', '90  90.0']);
    expect(await history('chosen')).toMatchObject({
      metrics: {
        numTargetRowsMatchedUpdated: '1',
        numTargetRowsMatchedDeleted: '1',
        numTargetRowsNotMatchedBySourceUpdated: '1',
        numTargetRowsNotMatchedBySourceDeleted: '1',
      },
    });
  });

  it('only adds files when it only inserts, and writes no commit when nothing happens', async () => {
    await given('added');
    const insert =
      'MERGE INTO sales.added a USING sales.news n ON a.id = n.id WHEN NOT MATCHED BY TARGET THEN INSERT *';

    expect(await lake.sql(insert)).toEqual([['1', '0', '0', '1']]);
    expect(await history('added')).toMatchObject({ metrics: { numTargetFilesRemoved: '0', numTargetFilesAdded: '1' } });
    expect(await lake.sql(insert)).toEqual([['0', '0', '0', '0']]);
    expect(await lake.sql('DESCRIBE HISTORY sales.added')).toHaveLength(2);
  });

  it('refuses a source with two rows for one, unless both delete it', async () => {
    await given('twice');
    const twice = '(SELECT * FROM VALUES (1), (1), (2) AS v(id)) AS s';

    await expect(
      lake.sql(`MERGE INTO sales.twice t USING ${twice} ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = 'x'`),
    ).rejects.toThrow('[DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE]');
    expect(await lake.sql(`MERGE INTO sales.twice t USING ${twice} ON t.id = s.id WHEN MATCHED THEN DELETE`)).toEqual([
      ['2', '0', '2', '0'],
    ]);
    expect(await rows('twice')).toEqual(['3 old 2.0', '4 old 3.0', '5 old 4.0']);
  });

  it.each([
    ['MERGE INTO sales.kept t USING sales.news s ON t.id = s.id', '[MERGE_WITHOUT_WHEN]'],
    ['MERGE INTO sales.kept t USING sales.news s ON t.id = s.id WHEN MATCHED THEN INSERT *', '[PARSE_SYNTAX_ERROR]'],
    ['MERGE INTO sales.kept t USING sales.news s ON t.id = s.id WHEN NOT MATCHED THEN DELETE', '[PARSE_SYNTAX_ERROR]'],
    [
      'MERGE INTO sales.kept t USING sales.news s ON t.id = s.id WHEN MATCHED THEN DELETE WHEN MATCHED THEN UPDATE SET *',
      '[NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION]',
    ],
    ['MERGE INTO sales.kept t USING sales.news s ON id = 1 WHEN MATCHED THEN DELETE', '[AMBIGUOUS_REFERENCE]'],
    ['MERGE INTO sales.kept t USING sales.news s ON t.id = s.nope WHEN MATCHED THEN DELETE', '[UNRESOLVED_COLUMN'],
    [
      'MERGE INTO sales.kept t USING (SELECT 1 AS id) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET *',
      '[DELTA_MERGE_UNRESOLVED_EXPRESSION] Cannot resolve name in UPDATE clause given columns id.',
    ],
    [
      'MERGE INTO sales.kept t USING sales.news s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (t.id)',
      '[UNRESOLVED_COLUMN',
    ],
    [
      'MERGE INTO sales.kept t USING sales.nowhere s ON t.id = s.id WHEN MATCHED THEN DELETE',
      '[TABLE_OR_VIEW_NOT_FOUND]',
    ],
    [
      'MERGE WITH SCHEMA EVOLUTION INTO sales.kept t USING sales.news s ON true WHEN MATCHED THEN DELETE',
      '[UNSUPPORTED_FEATURE',
    ],
    [
      "MERGE INTO sales.kept t USING sales.news s ON t.id = s.id WHEN MATCHED THEN UPDATE SET id = 'x'",
      '[CAST_INVALID_INPUT]',
    ],
  ])('refuses %s and leaves everything as it was', async (text, message) => {
    if (!(await lake.sql('SHOW TABLES IN sales LIKE "kept"')).length) await given('kept');

    await expect(lake.sql(text)).rejects.toMatchObject({ message: expect.stringContaining(message) });
    expect(await rows('kept')).toHaveLength(5);
  });

  it('asks for MODIFY on the table and for SELECT on the source', async () => {
    await given('guarded');
    const text = 'MERGE INTO sales.guarded t USING sales.news s ON t.id = s.id WHEN MATCHED THEN DELETE';
    const asGuest = (): Promise<unknown> => lake.sql(text, { caller: lake.person('guest') });
    for (const one of ['USE CATALOG main', 'USE SCHEMA main.sales', 'SELECT main.sales.guarded']) lake.granted.add(one);

    await expect(asGuest()).rejects.toThrow("SELECT on Table 'main.sales.news'");
    lake.granted.add('SELECT main.sales.news');
    await expect(asGuest()).rejects.toThrow("MODIFY on Table 'main.sales.guarded'");
    expect(await rows('guarded')).toHaveLength(5);
    lake.granted.add('MODIFY main.sales.guarded');
    expect(await asGuest()).toEqual([['2', '0', '2', '0']]);
    expect(await lake.sql(text)).toEqual([['0', '0', '0', '0']]);
    lake.granted.clear();
  });
});
