import type { JsonValue } from '../schema/types';
import type { DeltaTable } from '../table/delta-table';
import { added, created, TemporaryLake } from '../testing/temporary-lake';
import { crossCheck } from './cross-check';

const NAME = '_delta_log/00000000000000000001.crc';

describe('a version checksum', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open();
  });
  afterAll(() => lake.close());

  const [, metadata] = created({ configuration: { note: 'kept' } }) as [JsonValue, { metaData: JsonValue }];
  const agreed: { [key: string]: JsonValue } = {
    tableSizeBytes: 300,
    numFiles: 2,
    numMetadata: 1,
    numProtocol: 1,
    setTransactions: [{ appId: 'load', version: 7 }],
    domainMetadata: [{ domain: 'd', configuration: '1', removed: false }],
    metadata: metadata.metaData,
    protocol: { minReaderVersion: 1, minWriterVersion: 2 },
    numDeletionVectorsOpt: 0,
  };

  async function table(name: string, checksum: string): Promise<DeltaTable> {
    await lake.commit(name, 0, [
      ...created({ configuration: { note: 'kept' } }),
      { domainMetadata: { domain: 'd', configuration: '1', removed: false } },
      { txn: { appId: 'load', version: 7 } },
    ]);
    await lake.commit(name, 1, [added('a'), added('b', { size: 200 })]);
    await lake.write(`${name}/${NAME}`, checksum);
    return lake.open(name);
  }

  async function differences(name: string, checksum: { [key: string]: JsonValue }): Promise<string[]> {
    const opened = await table(name, JSON.stringify(checksum));
    const stated = await opened.checksum(1);
    if (stated === undefined) throw new Error('There is no checksum');
    return crossCheck(await opened.snapshot(), stated);
  }

  it('that agrees with the log has nothing to say', async () => {
    expect(await differences('agrees', agreed)).toEqual([]);
  });

  it('may leave everything out but bytes and files', async () => {
    expect(await differences('short', { tableSizeBytes: 300, numFiles: 2 })).toEqual([]);
  });

  it.each<[string, { [key: string]: JsonValue }, string]>([
    ['files', { numFiles: 3 }, 'Number of files: the log has 2, the checksum 3'],
    ['bytes', { tableSizeBytes: 301 }, 'Bytes of all files: the log has 300, the checksum 301'],
    [
      'transactions',
      { setTransactions: [] },
      'Transactions of applications: the log has [["load","7"]], the checksum []',
    ],
    ['domains', { domainMetadata: [] }, 'Domain metadata: the log has [["d","1"]], the checksum []'],
    ['vectors', { numDeletionVectorsOpt: 1 }, 'Files with a deletion vector: the log has 0, the checksum 1'],
    ['protocol', { protocol: { minReaderVersion: 2, minWriterVersion: 2 } }, 'Protocol: the log has [1,2,[],[]]'],
  ])('that disagrees says where: %s', async (name, more, sentence) => {
    const found = await differences(name, { ...agreed, ...more });

    expect(found).toHaveLength(1);
    expect(found[0]).toContain(sentence);
  });

  it('shows a checkpoint that disagrees with the commits before it', async () => {
    await table('checkpoint', JSON.stringify(agreed));
    const [protocol, metaData] = created({ configuration: { note: 'kept' } });
    const top = [{ checkpointMetadata: { version: 1 } }, protocol, metaData, added('a')];
    const name = '00000000000000000001.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json';
    await lake.write(`checkpoint/_delta_log/${name}`, top.map((action) => JSON.stringify(action)).join('\n'));
    const opened = await lake.open('checkpoint');
    const stated = await opened.checksum(1);

    const found = stated && crossCheck(await opened.snapshot(), stated);

    expect(found?.map((sentence) => sentence.replace(/:.*/, ''))).toEqual([
      'Number of files',
      'Bytes of all files',
      'Transactions of applications',
      'Domain metadata',
    ]);
  });

  it('of another version compares nothing', async () => {
    const opened = await table('other', JSON.stringify(agreed));
    const stated = await opened.checksum(1);
    const first = await opened.snapshot({ version: 0 });

    expect(stated && crossCheck(first, stated)).toEqual(['The checksum is of version 1, not of version 0']);
    expect(await opened.checksum(0)).toBeUndefined();
  });

  it.each(['{"tableSizeBytes":1', '[]', '{"numFiles":"many","tableSizeBytes":1}'])(
    'that is broken is named and stops nothing else: %s',
    async (text) => {
      const opened = await table(`broken-${text.length}`, text);

      await expect(opened.checksum(1)).rejects.toMatchObject({ code: 'TABLE_CORRUPT', missing: NAME });
      expect((await opened.snapshot()).numFiles).toBe(2);
    },
  );
});
