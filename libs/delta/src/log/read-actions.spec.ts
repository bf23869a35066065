import { MemoryStorage } from '../testing/memory-storage';
import { readActions } from './read-actions';

const MIB = 1024 ** 2;
const PATH = '_delta_log/00000000000000000001.json';

/** A file of one endless line that is made as it is read; remembers how much that was. */
class EndlessLine extends MemoryStorage {
  override read = async (_path: string, options: { range?: unknown } = {}): Promise<Uint8Array> => {
    const { length } = options.range as { length: number };
    this.bytesRead += length;
    return Buffer.alloc(length, 'x');
  };
  bytesRead = 0;
}

describe('a file of actions', () => {
  const stored = (text: string): [MemoryStorage, { path: string; sizeBytes: number }] => {
    const bytes = Buffer.from(text);
    return [new MemoryStorage(new Map([[PATH, bytes]])), { path: PATH, sizeBytes: bytes.length }];
  };
  const add = (index: number): string =>
    JSON.stringify({
      add: {
        path: `part-${index}-ä.parquet`,
        size: index,
        stats: '{"numRecords":1}',
        tags: { note: 'x'.repeat(1_000) },
      },
    });

  it('that is large is read in pieces, and every line of it counts once', async () => {
    const text = Array.from({ length: 12_000 }, (_, index) => add(index)).join('\n');
    const [storage, file] = stored(text);
    expect(file.sizeBytes).toBeGreaterThan(8 * MIB);

    const actions = await readActions(storage, file, MIB, undefined);

    expect(actions.added).toHaveLength(12_000);
    expect(actions.added.at(-1)?.path).toBe('part-11999-ä.parquet');
    expect(actions.added.every((entry, index) => entry.sizeBytes === index)).toBe(true);
  });

  it('says in which line of a large one the fault is', async () => {
    const lines = Array.from({ length: 12_000 }, (_, index) => add(index));
    lines[10_000] = '{"add":{"path":"x"}}';

    await expect(readActions(...stored(lines.join('\n')), MIB, undefined)).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      message: `${PATH}, line 10001: add.size is missing or of the wrong type`,
    });
  });

  it.each([2 * MIB, 20 * MIB])('with an action beyond the limit is refused, whatever its size: %d', async (length) => {
    const [storage, file] = stored(`${add(1)}\n{"commitInfo":{"note":"${'x'.repeat(length)}"}}\n`);

    await expect(readActions(storage, file, MIB, undefined)).rejects.toMatchObject({
      code: 'TABLE_CORRUPT',
      missing: PATH,
      message: `${PATH} has an action of more than ${MIB} bytes`,
    });
    expect((await readActions(storage, file, 32 * MIB, undefined)).added).toHaveLength(1);
  });

  it('of one line of a hundred megabytes is not read further than the limit', async () => {
    const storage = new EndlessLine(new Map());

    await expect(readActions(storage, { path: PATH, sizeBytes: 100 * MIB }, 16 * MIB, undefined)).rejects.toMatchObject(
      { code: 'TABLE_CORRUPT' },
    );
    expect(storage.bytesRead).toBeLessThanOrEqual(24 * MIB);
  });
});
