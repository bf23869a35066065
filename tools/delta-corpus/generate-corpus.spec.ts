import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { generateCorpus } from './generate-corpus';

const COMMITTED = resolve(__dirname, '../../libs/delta/corpus');
const MOST_BYTES = 1_000_000;

describe('the small tables of the Delta library', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'delta-generated-'));
    await generateCorpus(join(directory, 'corpus'));
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('are what their generator makes, byte for byte', async () => {
    const made = await files(join(directory, 'corpus'));
    const committed = await files(COMMITTED);

    expect([...made.keys()]).toEqual([...committed.keys()]);
    expect(
      [...made].filter(([name, bytes]) => committed.get(name)?.equals(bytes) !== true).map(([name]) => name),
    ).toEqual([]);
  });

  it('are small', async () => {
    const sizes = [...(await files(COMMITTED)).values()].map((bytes) => bytes.length);

    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });
});

async function files(root: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const name of (await readdir(root, { recursive: true })).sort()) {
    if ((await stat(join(root, name))).isFile()) found.set(name, await readFile(join(root, name)));
  }
  return found;
}
