import files from 'node:fs';
import { mkdir, mkdtemp, open, readlink, realpath, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LocalStorage } from '@lakescope/delta';
import { LocalSource } from '../source/local-source';
import type { SourceObject } from '../source/source-store';
import { LocalTarget } from './local-target';

describe('a target on this machine', () => {
  let folder: string;
  let handles: FileHandle;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'cda-target-')));
    const handle = await open(folder);
    handles = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(folder, { recursive: true, force: true });
  });

  /** The files and folders that some work brings to the disk, as the kernel names them. */
  async function syncedBy(work: () => Promise<void>): Promise<string[]> {
    const paths: string[] = [];
    const note = async (file: number): Promise<unknown> =>
      paths.push((await readlink(`/proc/self/fd/${file}`)).slice(folder.length));
    const { sync } = handles;
    jest.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
      await note(this.fd);
      await sync.call(this);
    });
    const { fsync } = files;
    jest.spyOn(files, 'fsync').mockImplementation((file, callback) => {
      note(file).then(() => fsync(file, callback), callback);
    });
    await work();
    return paths;
  }

  async function givenFile(): Promise<{ source: LocalSource; file: SourceObject }> {
    await mkdir(join(folder, 'source/fp'), { recursive: true });
    await writeFile(join(folder, 'source/fp/a.parquet'), 'content');
    const source = new LocalSource(join(folder, 'source'));
    for await (const file of source.list('fp')) return { source, file };
    throw new Error('There is a file');
  }

  it('brings a copy to the disk, and every name on the way to it, once for each folder', async () => {
    const { source, file } = await givenFile();
    const target = new LocalTarget(join(folder, 'new/lake'));
    const copy = (path: string) => (): Promise<void> => target.copy(source, file, 'cc', path);

    const first = await syncedBy(copy('fp/1/a.parquet'));
    jest.restoreAllMocks();
    const second = await syncedBy(copy('fp/2/a.parquet'));
    jest.restoreAllMocks();
    const again = await syncedBy(() => new LocalTarget(join(folder, 'new/lake')).copy(source, file, 'cc', 'fp/2/b'));

    const isCopy = (path: string): boolean => path.includes('/.tmp-');
    expect(first.filter((path) => !isCopy(path))).toEqual([
      '/new',
      '',
      '/new/lake',
      '/new/lake/cc',
      '/new/lake/cc/fp',
      '/new/lake/cc/fp/1',
    ]);
    expect(first.filter(isCopy)).toHaveLength(1);
    expect(second.filter((path) => !isCopy(path))).toEqual(['/new/lake/cc/fp', '/new/lake/cc/fp/2']);
    // Who made the folders before may have died before they were on the disk.
    expect(again).toEqual(expect.arrayContaining(['/new/lake', '/new/lake/cc', '/new/lake/cc/fp']));
    expect((await stat(join(folder, 'new/lake/cc/fp/1/a.parquet'))).size).toBe(7);
  });

  it('tells a file that the source has lost since from a fault of its own', async () => {
    const { source, file } = await givenFile();
    const target = new LocalTarget(join(folder, 'lake'));
    await rm(join(folder, 'source/fp/a.parquet'));

    await expect(target.copy(source, file, 'cc', 'fp/1/a.parquet')).rejects.toMatchObject({
      code: 'STORAGE_NOT_FOUND',
      message: expect.stringContaining('source/fp/a.parquet') as string,
    });
  });

  it('brings the folder of a new log to the disk as well', async () => {
    const storage = new LocalStorage(join(folder, 'lake/cc'));
    const path = '_delta_log/00000000000000000000.json';

    const paths = await syncedBy(() => storage.putIfAbsent(path, Buffer.from('{}')));

    expect(paths).toEqual(expect.arrayContaining(['', '/lake', '/lake/cc', `/lake/cc/${dirname(path)}`]));
  });
});
