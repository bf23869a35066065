import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('the folder to deploy', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'lakescope-stage-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const stage = (out: string, before = ''): { status: number | null; stderr: string } =>
    spawnSync('sh', ['-c', `${before} exec "$0" tools/deploy/stage.mjs --no-build --out "$1"`, process.execPath, out], {
      encoding: 'utf8',
    });

  // A limit on the size of files stands for a disk that is full: to fill one takes the rights of root.
  it('says when there is no room for it, and leaves no half of it behind', () => {
    const out = join(folder, 'staged');

    const { status, stderr } = stage(out, "trap '' XFSZ; ulimit -f 20;");

    expect([status, stderr]).toEqual([1, expect.stringContaining(`cannot be written to ${out} (EFBIG): make room`)]);
    expect(existsSync(out)).toBe(false);
  });

  it('is made in no folder that holds something else', async () => {
    await writeFile(join(folder, 'of-somebody'), 'x');

    expect(stage(folder)).toMatchObject({ status: 1, stderr: expect.stringContaining('holds something else') });
    expect(existsSync(join(folder, 'of-somebody'))).toBe(true);
  });
});
