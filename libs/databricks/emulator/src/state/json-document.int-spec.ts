import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonDocument } from './json-document';

interface Counter {
  count: number;
}

describe('JsonDocument', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lakescope-state-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = () =>
    JsonDocument.open<Counter>(join(folder, 'deep', 'counter.json'), {
      version: 1,
      schema: { type: 'object', required: ['count'], properties: { count: { type: 'integer' } } },
      create: () => ({ count: 0 }),
    });

  it('keeps the last of many writes, and no other file', async () => {
    const document = await open();

    await Promise.all(Array.from({ length: 20 }, (_, index) => document.write({ count: index + 1 })));

    expect(document.read()).toEqual({ count: 20 });
    expect((await open()).read()).toEqual({ count: 20 });
    expect(await readdir(join(folder, 'deep'))).toEqual(['counter.json']);
  });

  it('reports a write that failed to its caller and goes on', async () => {
    const document = await open();
    await rm(folder, { recursive: true, force: true });
    // A file where the folder was: the next write cannot succeed.
    await writeFile(folder, '');

    await expect(document.write({ count: 1 })).rejects.toThrow();
    await rm(folder);
    await document.write({ count: 2 });

    expect((await open()).read()).toEqual({ count: 2 });
  });
});
