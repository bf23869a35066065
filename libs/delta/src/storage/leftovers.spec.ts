import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { makeOwnFolder, placeOf, removeUnfinished, unfinishedName } from './leftovers';

const ID = '01234567-89ab-4cde-8f01-23456789abcd';
const PREFIX = 'ours-';
const HOUR = 3_600_000;

describe('what processes leave behind', () => {
  let parent: string;
  let dead: number;
  beforeAll(() => {
    dead = spawnSync(process.execPath, ['--version']).pid;
  });
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'leftovers-'));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(parent, { recursive: true });
  });

  const inHours = (hours: number): void => {
    const at = Date.now() + hours * HOUR;
    jest.spyOn(Date, 'now').mockReturnValue(at);
  };
  /** As if a process that is no more had made it. */
  const killed = async (path: string): Promise<string> => {
    const name = path.replace(`-${process.pid}-`, `-${dead}-`);
    await rename(path, name);
    return name;
  };
  const folders = async (): Promise<string[]> => (await readdir(parent)).sort();

  describe('in folders of their own', () => {
    it('is gone with the next folder, whole, and what lives is not', async () => {
      const left = await killed(await makeOwnFolder(parent, PREFIX));
      await mkdir(join(left, 'in'));
      await writeFile(join(left, 'in/it'), 'x');
      const other = await killed(await makeOwnFolder(parent, 'other-'));

      const own = await makeOwnFolder(parent, PREFIX);

      expect(await folders()).toEqual([other, own].map((path) => basename(path)).sort());
    });

    it('is not that of this process, even if the clock goes on while the process stands still', async () => {
      const first = await makeOwnFolder(parent, PREFIX);
      inHours(48);
      const second = await makeOwnFolder(parent, PREFIX);

      expect(await folders()).toEqual([first, second].map((path) => basename(path)).sort());
    });

    it('is that of one before that had the number of this process', async () => {
      const own = await makeOwnFolder(parent, PREFIX);
      await mkdir(own.replace(/-\d+-(\w+)$/, '-1-$1'));
      expect(await folders()).toHaveLength(2);

      const next = await makeOwnFolder(parent, PREFIX);

      expect(await folders()).toEqual([own, next].map((path) => basename(path)).sort());
    });

    it('stays where it is a link, a file or of another account', async () => {
      const target = join(parent, 'target');
      await mkdir(target);
      await writeFile(join(target, 'kept'), 'x');
      const planted = [await makeOwnFolder(parent, PREFIX), await makeOwnFolder(parent, PREFIX)];
      const [linked = '', file = ''] = await Promise.all(planted.map(killed));
      await Promise.all([linked, file].map((path) => rm(path, { recursive: true })));
      await symlink(target, linked);
      await writeFile(file, 'x');
      await makeOwnFolder(parent, PREFIX);
      expect(await folders()).toEqual(expect.arrayContaining([linked, file].map((path) => basename(path))));
      expect(await readdir(target)).toEqual(['kept']);

      const foreign = await killed(await makeOwnFolder(parent, PREFIX));
      const account = process.geteuid?.() ?? 0;
      jest.spyOn(process, 'geteuid').mockReturnValue(account + 1);
      await makeOwnFolder(parent, PREFIX);
      expect(await folders()).toContain(basename(foreign));
    });

    it('waits for a day where it is from before the machine was started', async () => {
      const own = await makeOwnFolder(parent, PREFIX);
      const [, machine = '', host = ''] = /^ours-(\w+)-\d+-(\w+)-/.exec(basename(own)) ?? [];
      const before = basename(own).replace(machine, '00000000');
      const elsewhere = before.replace(host, '00000000');
      for (const name of [before, elsewhere]) await mkdir(join(parent, name));
      const next = await makeOwnFolder(parent, PREFIX);
      expect(await folders()).toEqual([basename(own), basename(next), before, elsewhere].sort());

      inHours(25);
      const last = await makeOwnFolder(parent, PREFIX);
      expect(await folders()).toEqual([...[own, next, last].map((path) => basename(path)), elsewhere].sort());
    });
  });

  describe('unfinished in folders of others', () => {
    it('is gone at once where its process is, and else once nobody has written to it for a day', async () => {
      const killedOne = unfinishedName().replace(`-${process.pid}-`, `-${dead}-`);
      const [ours, foreign, unknown] = [unfinishedName(), `.tmp-00000000-1-${ID}`, `.tmp-${ID}`];
      const all = [killedOne, ours, foreign, unknown, '.tmp-notes'];
      for (const name of all) await writeFile(join(parent, name), 'x');

      await removeUnfinished(parent);
      expect(await folders()).toEqual([ours, foreign, unknown, '.tmp-notes'].sort());
      // Ours is not that of one before: the clock may have gone on while the process stood still.
      inHours(23);
      await removeUnfinished(parent);
      expect(await folders()).toEqual([ours, foreign, unknown, '.tmp-notes'].sort());
      inHours(2);
      await removeUnfinished(parent);
      expect(await folders()).toEqual(['.tmp-notes']);
    });

    it('is as old as it is there, not as what was copied into it', async () => {
      const copy = `.tmp-00000000-1-${ID}`;
      await writeFile(join(parent, copy), 'x');
      const longAgo = new Date(Date.now() - 1_000 * HOUR);
      await utimes(join(parent, copy), longAgo, longAgo);

      await removeUnfinished(parent);
      expect(await folders()).toEqual([copy]);
    });
  });

  it('tells machines apart that have all in common but that they were started by themselves', () => {
    const [one, again, another] = [placeOf('one'), placeOf('one'), placeOf('another')];

    expect(again).toEqual(one);
    expect(another).toEqual({ ...one, machine: expect.not.stringMatching(one.machine) as string });
  });
});
