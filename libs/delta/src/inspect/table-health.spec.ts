import type { JsonValue } from '../schema/types';
import { added, column, created, TemporaryLake } from '../testing/temporary-lake';
import { tableHealth, type HealthOptions, type TableHealth } from './table-health';

const MIB = 1024 ** 2;

describe('the health of a table', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  const stats = (numRecords: number) => ({ stats: JSON.stringify({ numRecords }) });
  const files = (count: number, size: number, more: { [key: string]: JsonValue } = {}): JsonValue[] =>
    Array.from({ length: count }, (_, index) => added(`f${index}`, { size, ...stats(10), ...more }));

  async function health(table: string, options: Partial<HealthOptions> = {}): Promise<TableHealth> {
    const opened = await lake.open(table);
    return tableHealth(opened, await opened.snapshot(), { name: '`c`.`s`.`t`', ...options });
  }

  const codes = ({ findings }: TableHealth): string[] => findings.map(({ code }) => code);

  it('is good where there is nothing to say', async () => {
    await lake.commit('good', 0, [...created(), ...files(20, 100 * MIB)]);

    expect(await health('good')).toMatchObject({
      version: 0,
      status: 'good',
      findings: [],
      checkedFiles: undefined,
      log: { commits: 1, checkpoint: undefined, earliestVersion: 0 },
    });
  });

  it('names many small files, and the statement that puts them together', async () => {
    await lake.commit('small', 0, [...created(), ...files(40, MIB)]);

    expect(await health('small')).toMatchObject({
      status: 'warning',
      findings: [
        {
          code: 'SMALL_FILES',
          statement: 'OPTIMIZE `c`.`s`.`t`;',
          facts: { small_files: 40, num_files: 40, mean_bytes: String(MIB) },
        },
      ],
    });
  });

  it('does not ask to put together what partitions keep apart', async () => {
    const partitioned = Array.from({ length: 40 }, (_, index) =>
      added(`p=${index}/f`, { size: MIB, partitionValues: { p: String(index) }, ...stats(10) }),
    );
    await lake.commit('apart', 0, [
      ...created({ fields: [column('id', 'long'), column('p', 'string')], partitionColumns: ['p'] }),
      ...partitioned,
    ]);

    expect(codes(await health('apart'))).toEqual([]);
  });

  it('names the partition that is much larger than the others', async () => {
    const of = (p: string, size: number): JsonValue =>
      added(`p=${p}/f`, { size, partitionValues: { p }, ...stats(10) });
    const small = Array.from({ length: 30 }, (_, index) => of(`s${index}`, 20 * MIB));
    await lake.commit('skewed', 0, [
      ...created({ fields: [column('id', 'long'), column('p', 'string')], partitionColumns: ['p'] }),
      ...small,
      of('large', 2_000 * MIB),
    ]);

    const found = await health('skewed');

    expect(codes(found)).toEqual(['PARTITION_SKEW']);
    expect(found.findings[0]?.facts).toMatchObject({ partitions: 31, largest: { p: 'large' } });
  });

  it('names files without statistics: a few are worth knowing, many a warning', async () => {
    await lake.commit('few', 0, [...created(), ...files(30, 100 * MIB), added('bare', { size: 100 * MIB })]);
    await lake.commit('many', 0, [...created(), added('bare', { size: 100 * MIB })]);

    expect(await health('few')).toMatchObject({
      status: 'good',
      findings: [{ code: 'MISSING_STATS', severity: 'info' }],
    });
    expect(await health('many')).toMatchObject({ status: 'warning', findings: [{ code: 'MISSING_STATS' }] });
  });

  it('names many deleted rows', async () => {
    const deletionVector = { storageType: 'i', pathOrInlineDv: 'x', sizeInBytes: 44, cardinality: 6 };
    await lake.commit('deleted', 0, [...created(), ...files(1, 100 * MIB, { deletionVector })]);

    expect((await health('deleted')).findings[0]).toMatchObject({
      code: 'MANY_DELETED_ROWS',
      statement: 'REORG TABLE `c`.`s`.`t` APPLY (PURGE);',
      facts: { deleted_rows: '6', rows: '4', percent: 60 },
    });
  });

  it('names commits without a checkpoint', async () => {
    await lake.commit('long', 0, created());
    for (let version = 1; version <= 101; version += 1) await lake.commit('long', version, []);

    expect(await health('long')).toMatchObject({
      status: 'warning',
      findings: [{ code: 'OLD_CHECKPOINT', facts: { commits_since_checkpoint: 102, checkpoint_version: null } }],
    });
  });

  it('names where a version checksum says something else', async () => {
    await lake.commit('sums', 0, [...created(), ...files(2, 100 * MIB)]);
    await lake.write('sums/_delta_log/00000000000000000000.crc', JSON.stringify({ tableSizeBytes: 1, numFiles: 2 }));

    const found = await health('sums');

    expect(found).toMatchObject({ status: 'bad', findings: [{ code: 'CHECKSUM_MISMATCH' }] });
    expect(found.findings[0]?.detail).toContain('the checksum 1');
  });

  it('names a checksum that cannot be read', async () => {
    await lake.commit('broken', 0, [...created(), ...files(2, 100 * MIB)]);
    await lake.write('broken/_delta_log/00000000000000000000.crc', '{');

    expect(codes(await health('broken'))).toEqual(['CHECKSUM_MISMATCH']);
  });

  it('names removed files that nobody needs any more', async () => {
    const removed = { remove: { path: 'f0', deletionTimestamp: Date.parse('2024-01-01'), size: 5, dataChange: true } };
    await lake.commit('removed', 0, [...created(), ...files(3, 100 * MIB)]);
    await lake.commit('removed', 1, [removed]);

    expect(await health('removed', { now: new Date('2024-01-03') })).toMatchObject({ findings: [] });
    expect(await health('removed', { now: new Date('2024-02-01') })).toMatchObject({
      status: 'good',
      findings: [
        { code: 'EXPIRED_TOMBSTONES', severity: 'info', statement: 'VACUUM `c`.`s`.`t`;', facts: { files: 1 } },
      ],
    });
  });

  it('names files outside of the table', async () => {
    await lake.commit('clone', 0, [...created(), added('s3://elsewhere/table/f', { size: 100 * MIB, ...stats(1) })]);

    expect(await health('clone')).toMatchObject({
      status: 'warning',
      findings: [{ code: 'ABSOLUTE_PATHS', facts: { files: 1 } }],
    });
  });

  it('looks for data files when it is asked, and names those that are gone or changed', async () => {
    await lake.commit('gone', 0, [
      ...created(),
      added('here', { size: 3, ...stats(1) }),
      added('resized', { size: 4, ...stats(1) }),
      added('gone', { size: 5, ...stats(1) }),
    ]);
    await lake.write('gone/here', 'abc');
    await lake.write('gone/resized', 'abc');

    expect(await health('gone', { checkFiles: true })).toMatchObject({
      status: 'bad',
      checkedFiles: 3,
      findings: [
        {
          code: 'MISSING_FILES',
          facts: { missing: 1, resized: 1, examples: expect.arrayContaining(['gone', 'resized']) },
        },
      ],
    });
  });

  it('puts the worst first', async () => {
    await lake.commit('worst', 0, [...created(), ...files(40, MIB), added('gone', { size: 5 })]);

    const found = await health('worst', { checkFiles: true });

    expect(found.findings.map(({ severity }) => severity)).toEqual(['bad', 'warning', 'info']);
  });
});
