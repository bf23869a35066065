import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StateCorrupt } from '../state/state-errors';
import { givenFolder } from '../testing/given-workspace';
import { CatalogStore } from './catalog-store';
import type { Grant, Securable, SecurableType } from './securables';

const OWNER = 'ada.keller@lakescope.example';

function securable(type: SecurableType, fullName: string, more: Partial<Securable> = {}): Securable {
  return {
    ...{ type, fullName, id: `${type}-${fullName}`, comment: '', owner: OWNER, createdAt: 1, createdBy: OWNER },
    ...more,
  };
}

describe('the store of Unity Catalog', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await givenFolder();
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const contents = ({ index }: CatalogStore): { securables: Securable[]; grants: Grant[] } => {
    const changes = [...index.contents()];
    return {
      securables: changes.flatMap((change) => ('put' in change ? [change.put] : [])),
      grants: changes.flatMap((change) => ('grant' in change ? [change.grant] : [])),
    };
  };
  const reopened = async () => {
    const store = await CatalogStore.open(folder);
    await store.settle();
    return contents(store);
  };
  const journal = async (): Promise<string> => {
    const name = (await readdir(folder)).find((file) => file.endsWith('.jsonl'));
    return join(folder, name ?? 'unity-catalog.jsonl');
  };

  it('keeps every kind of change', async () => {
    const store = await CatalogStore.open(folder);
    await store.change({ put: securable('CATALOG', 'demo') });
    await store.change({ put: securable('SCHEMA', 'demo.lake', { properties: { a: 'b' } }) });
    await store.change({ put: securable('TABLE', 'demo.lake.t', { tableType: 'VIEW', details: '{"columns":[]}' }) });
    await store.change({ put: securable('VOLUME', 'demo.lake.v') }, { put: securable('SCHEMA', 'demo.gone') });
    const grant = { principal: 'engineers', privileges: ['SELECT'] } as const;
    await store.change({ grant: { type: 'SCHEMA', fullName: 'demo.lake', ...grant } });
    await store.change({ rename: { type: 'SCHEMA', fullName: 'demo.lake', to: 'demo.pond' } });
    await store.change({ drop: { type: 'SCHEMA', fullName: 'demo.gone' } });
    await store.settle();

    const kept = await reopened();

    expect(kept).toEqual(contents(store));
    expect(kept.securables.map(({ fullName }) => fullName)).toEqual([
      'demo',
      'demo.pond',
      'demo.pond.v',
      'demo.pond.t',
    ]);
    expect(kept.grants).toEqual([{ type: 'SCHEMA', fullName: 'demo.pond', ...grant }]);
    expect(kept.securables.find(({ type }) => type === 'VOLUME')?.folder).toBe('demo/lake/v');
  });

  it('ended anywhere in a write has all changes before it, and goes on', async () => {
    const store = await CatalogStore.open(folder);
    const lengths: number[] = [];
    for (const name of ['a', 'b', 'x🌊']) {
      await store.change({ put: securable('CATALOG', name) });
      lengths.push((await stat(await journal())).size);
    }
    await store.settle();
    const file = await journal();
    const whole = await readFile(file);

    const ends = lengths.flatMap((end) => [end - 1, end, end + 1]);
    const cuts = Array.from({ length: 40 }, (_cut, index) => Math.floor((whole.length * index) / 40));
    for (const [round, length] of [...ends, ...cuts].entries()) {
      if (length > whole.length) continue;
      await writeFile(file, whole);
      await truncate(file, length);
      const cut = await CatalogStore.open(folder);
      const before = cut.index.children('CATALOG').map(({ fullName }) => fullName);
      expect(before).toEqual(['a', 'b', 'x🌊'].slice(0, lengths.filter((end) => end <= length).length));

      if (round % 8 === 0) {
        await cut.change({ put: securable('CATALOG', 'z') });
        await cut.settle();
        expect((await reopened()).securables.map(({ fullName }) => fullName)).toEqual([...before, 'z']);
      }
    }
  });

  it('writes one line for a change, however much there is', async () => {
    const store = await CatalogStore.open(folder);
    for (let number = 0; number < 2000; number += 1) void store.change({ put: securable('CATALOG', `c${number}`) });
    await store.change({ put: securable('CATALOG', 'before') });
    const before = (await stat(await journal())).size;

    await store.change({ put: securable('CATALOG', 'after') });

    expect((await stat(await journal())).size - before).toBeLessThan(300);
    expect((await stat(join(folder, 'unity-catalog.json'))).size).toBeLessThan(200);
    await store.settle();
  });

  it('writes a journal of many changes anew at the next start, and loses nothing', async () => {
    const store = await CatalogStore.open(folder);
    for (let number = 0; number < 1500; number += 1) {
      void store.change({ put: securable('CATALOG', 'busy', { comment: String(number) }) });
    }
    await store.settle();
    const first = await journal();

    const kept = await reopened();

    expect(kept.securables).toMatchObject([{ fullName: 'busy', comment: '1499' }]);
    expect(await readFile(await journal(), 'utf8')).toMatch(/^[^\n]+"1499"[^\n]+\n$/);
    expect(await readdir(folder)).toEqual(['unity-catalog.2.jsonl', 'unity-catalog.json']);
    await expect(stat(first)).rejects.toMatchObject({ code: 'ENOENT' });
    const again = await CatalogStore.open(folder);
    await again.change({ put: securable('CATALOG', 'later') });
    await again.settle();
    expect((await reopened()).securables.map(({ fullName }) => fullName)).toEqual(['busy', 'later']);
  });

  it.each([1, 3])('that ended while a journal was replaced by another does not apply journal %d too', async (other) => {
    const old = { state_version: 3, content: { securables: [], grants: [], journal: 2 } };
    await writeFile(join(folder, 'unity-catalog.json'), JSON.stringify(old));
    const line = JSON.stringify([{ put: securable('CATALOG', 'folded') }]);
    await writeFile(join(folder, `unity-catalog.${other}.jsonl`), `${line}\n`);

    expect((await reopened()).securables).toEqual([]);
    expect(await readdir(folder)).toEqual(['unity-catalog.json']);
  });

  it('takes over what version 2 kept, and older releases refuse it from then on', async () => {
    const content = {
      securables: [securable('CATALOG', 'demo'), securable('SCHEMA', 'demo.lake')],
      grants: [
        {
          type: 'CATALOG',
          fullName: 'demo',
          principal: 'analysts',
          privileges: ['USE_CATALOG', 'USE_SCHEMA', 'READ_VOLUME'],
        },
        { type: 'SCHEMA', fullName: 'demo.lake', principal: 'zoe', privileges: ['READ_VOLUME'] },
      ],
    };
    await writeFile(join(folder, 'unity-catalog.json'), JSON.stringify({ state_version: 2, content }));

    const kept = await reopened();

    expect(kept.securables).toEqual(content.securables);
    // Readers of a catalog read its tables, too.
    expect(kept.grants.map(({ privileges }) => privileges)).toEqual([
      ['USE_CATALOG', 'USE_SCHEMA', 'READ_VOLUME', 'SELECT', 'EXECUTE'],
      ['READ_VOLUME'],
    ]);
    const file: unknown = JSON.parse(await readFile(join(folder, 'unity-catalog.json'), 'utf8'));
    expect(file).toMatchObject({ state_version: 4 });
  });

  it.each(['nonsense\n', '[{"put":{"type":"MOON"}}]\n', '[{"put":{}},{"drop":5}]\n', '{}\n', '[{"fly":1}]\n'])(
    'says that its journal is damaged when a whole line is %j',
    async (line) => {
      const store = await CatalogStore.open(folder);
      await store.change({ put: securable('CATALOG', 'demo') });
      await store.settle();
      await writeFile(await journal(), line, { flag: 'a' });

      await expect(CatalogStore.open(folder)).rejects.toThrow(StateCorrupt);
    },
  );
});
