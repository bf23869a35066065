import { InvalidRequest, TableNotFound } from '../errors';
import { DeltaTable } from '../table/delta-table';
import { TemporaryLake } from '../testing/temporary-lake';
import { createTable } from '../writer/create-table';
import { LocalStorage } from './local-storage';
import type { ByteRange } from './storage';
import { VolumeStorage, type VolumeFiles } from './volume-storage';

const ROOT = '/Volumes/demo/lake/tables';

/** A volume over a local folder, with the answers a Files API client gives, that counts what is fetched. */
class FolderVolume implements VolumeFiles {
  readonly fetched: { path: string; bytes: number }[] = [];

  constructor(private readonly folder: LocalStorage) {}

  async *listDirectory(
    path: string,
  ): AsyncIterable<{ name: string; path: string; is_directory: boolean; file_size: number; last_modified: number }> {
    const entries = [];
    try {
      for await (const entry of this.folder.list(this.relative(path))) entries.push(entry);
    } catch {
      throw Object.assign(new Error('RESOURCE_DOES_NOT_EXIST'), { kind: 'not_found' });
    }
    for (const entry of entries.reverse()) {
      yield {
        name: entry.name,
        path: `${path}/${entry.name}`,
        is_directory: entry.isDirectory,
        file_size: entry.sizeBytes,
        last_modified: entry.modifiedAt,
      };
    }
  }

  async head(path: string): Promise<{ sizeBytes: number; lastModified: number } | undefined> {
    const found = await this.folder.head(this.relative(path));
    return found && { sizeBytes: found.sizeBytes, lastModified: found.modifiedAt };
  }

  async readBytes(path: string, options: { range?: ByteRange } = {}): Promise<Uint8Array> {
    const bytes = await this.folder.read(this.relative(path), options);
    this.fetched.push({ path, bytes: bytes.length });
    return bytes;
  }

  private relative(path: string): string {
    return path.slice(ROOT.length + 1);
  }
}

describe('a table in a volume', () => {
  let lake: TemporaryLake;
  beforeAll(async () => {
    lake = await TemporaryLake.open({ inPlace: false });
  });
  afterAll(() => lake.close());

  it('is listed, read and previewed through the Files API', async () => {
    await createTable(lake.engine, lake.storage('small'), {
      source: await lake.rows('SELECT range AS id FROM range(10)'),
    });
    const volume = new FolderVolume(new LocalStorage(lake.directory));
    const table = await DeltaTable.open(lake.engine, new VolumeStorage(volume, `${ROOT}/small`));

    const snapshot = await table.snapshot();
    const first = await snapshot.preview({ limit: 3, offset: 4 });
    const fetched = volume.fetched.length;
    await (await table.snapshot()).preview({ limit: 3, offset: 4 });

    expect(first.rows).toEqual([['4'], ['5'], ['6']]);
    expect(volume.fetched).toHaveLength(fetched);
  });

  it('fetches of a large file only the footer and the row groups a page shows', async () => {
    await createTable(lake.engine, lake.storage('large'), {
      source: await lake.rows(
        'SELECT range AS id, md5(range::VARCHAR) AS a, md5((range + 1)::VARCHAR) AS b FROM range(600000)',
      ),
    });
    const volume = new FolderVolume(new LocalStorage(lake.directory));
    const snapshot = await (await DeltaTable.open(lake.engine, new VolumeStorage(volume, `${ROOT}/large`))).snapshot();
    volume.fetched.length = 0;

    const pages = await Promise.all(
      [0, 123_456, 333_333, 599_990].map((offset) => snapshot.preview({ limit: 5, offset, columns: ['id', 'b'] })),
    );

    expect(pages.map(({ rows }) => rows[0]?.[0])).toEqual(['0', '123456', '333333', '599990']);
    expect(pages.every(({ rows }) => rows.length === 5)).toBe(true);
    const bytes = volume.fetched.reduce((sum, part) => sum + part.bytes, 0);
    const file = (await snapshot.files()).items[0];
    expect(Number(file?.sizeBytes)).toBeGreaterThan(16 * 1024 * 1024);
    expect(bytes).toBeLessThan(Number(file?.sizeBytes) * 0.75);
  });

  it('is not found where there is none, and is never written', async () => {
    const volume = new FolderVolume(new LocalStorage(lake.directory));

    await expect(DeltaTable.open(lake.engine, new VolumeStorage(volume, `${ROOT}/none`))).rejects.toThrow(
      TableNotFound,
    );
    await expect(new VolumeStorage(volume, `${ROOT}/none`).putIfAbsent('x', Buffer.from('x'))).rejects.toThrow(
      InvalidRequest,
    );
  });

  it.each(['/etc', '/Volumes/demo/lake', '/Volumes/demo/lake/../../x', 'Volumes/a/b/c/../d'])(
    'refuses the root %s',
    (root) => {
      const volume = new FolderVolume(new LocalStorage(lake.directory));

      expect(() => new VolumeStorage(volume, root)).toThrow(InvalidRequest);
    },
  );
});
