import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StateCorrupt } from '../state/state-errors';
import { givenFolder } from '../testing/given-workspace';
import { CatalogStore } from './catalog-store';
import { detailsText, type Grant, type Securable, type SecurableType } from './securables';
import { StoredText } from './stored-text';

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

  describe('leaves long details where they are on disk', () => {
    const long = (name: string) => JSON.stringify({ columns: [{ name, comment: `"ü\\ ${'x'.repeat(200)}` }] });
    const put = (store: CatalogStore, name: string, more: Partial<Securable> = {}) =>
      store.change({ put: securable('TABLE', `demo.lake.${name}`, { details: long(name), ...more }) });
    const detailsOf = ({ index }: CatalogStore, name: string) => index.find('TABLE', `demo.pond.${name}`)?.details;

    it('and reads them from there, also after changes, renames and a journal that was written anew', async () => {
      const store = await CatalogStore.open(folder);
      await store.change({ put: securable('CATALOG', 'demo') }, { put: securable('SCHEMA', 'demo.lake') });
      await put(store, 'plain');
      await put(store, 'tricky', { properties: { details: 'no', x: ',"details":"' } });
      await store.change({ rename: { type: 'SCHEMA', fullName: 'demo.lake', to: 'demo.pond' } });
      await store.settle();

      const second = await CatalogStore.open(folder);
      const known = second.index.find('TABLE', 'demo.pond.plain');
      if (known === undefined) throw new Error('It is gone');
      await second.change({ put: { ...known, owner: 'somebody@lakescope.example' } });
      const noise = { type: 'CATALOG', fullName: 'demo', principal: 'p' } as const;
      for (let count = 0; count < 1100; count++) {
        void second.change({ grant: { ...noise, privileges: count % 2 === 0 ? ['SELECT'] : [] } });
      }
      await second.settle();
      const hold = (each: CatalogStore): void => {
        expect(detailsOf(each, 'plain')).toBeInstanceOf(StoredText);
        expect(detailsText({ details: detailsOf(each, 'plain') ?? '' })).toBe(long('plain'));
        expect(detailsText({ details: detailsOf(each, 'tricky') ?? '' })).toBe(long('tricky'));
      };
      hold(second);
      await second.settle();
      const third = await CatalogStore.open(folder);

      hold(third);
      expect(third.index.find('TABLE', 'demo.pond.plain')?.owner).toBe('somebody@lakescope.example');
      expect(await journal()).toMatch(/unity-catalog\.2\.jsonl$/);
      await third.settle();
      expect(detailsText({ details: detailsOf(third, 'plain') ?? '' })).toBe(long('plain'));
    });

    it('and takes nothing else of a line for a part of them', async () => {
      const store = await CatalogStore.open(folder);
      await store.change({ put: securable('CATALOG', 'demo') }, { put: securable('SCHEMA', 'demo.pond') });
      await store.change(
        { put: securable('TABLE', 'demo.pond.first', { details: long('first') }) },
        { rename: { type: 'TABLE', fullName: 'demo.pond.first', to: 'demo.pond.second' } },
      );
      await store.settle();
      const file = await journal();
      const { details, ...rest } = securable('TABLE', 'demo.pond.third', { details: long('third') });
      const older = { put: { details, ...rest, updatedBy: 'somebody' } };
      await writeFile(file, `${await readFile(file, 'utf8')}${JSON.stringify([older])}\n`);

      const again = await CatalogStore.open(folder);

      expect(detailsOf(again, 'first')).toBeUndefined();
      expect(detailsOf(again, 'second')).toBe(long('first'));
      expect(again.index.find('TABLE', 'demo.pond.third')).toEqual({ details, ...rest, updatedBy: 'somebody' });
      await again.settle();
    });

    it('and says that the journal is damaged when they are no text any more', async () => {
      const store = await CatalogStore.open(folder);
      await store.change({ put: securable('CATALOG', 'demo') }, { put: securable('SCHEMA', 'demo.pond') });
      await store.change({ put: securable('TABLE', 'demo.pond.t', { details: long('t') }) });
      await store.settle();
      const file = await journal();
      await writeFile(file, (await readFile(file, 'utf8')).replace('xxxx', 'x"xx'));

      const damaged = await CatalogStore.open(folder);

      expect(() => detailsText({ details: detailsOf(damaged, 't') ?? '' })).toThrow(StateCorrupt);
      await damaged.settle();
    });
  });

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
