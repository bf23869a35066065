import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { EnvFile } from './env-file';

const changed = (text: string, changes: Record<string, string>): string =>
  EnvFile.of(Buffer.from(text)).with(changes).content.toString();

describe('a .env file', () => {
  it.each([
    ['a value', 'A=1\nB=2\n', 'A=9\nB=2\n'],
    ['an empty value', 'A=\nB=2\n', 'A=9\nB=2\n'],
    ['with blanks and export', '  export A = 1  \nB=2\n', '  export A = 9  \nB=2\n'],
    ['in front of a comment', 'A=1 # why\n', 'A=9 # why\n'],
    ['in double quotes', 'A="1 # no comment"\nB=2', 'A=9\nB=2'],
    ['in quotes over several lines', 'A="first\nB=inside\n"\nB=2\n', 'A=9\nB=2\n'],
    ['the last of two', 'A=1\nA=2\n', 'A=1\nA=9\n'],
    ['with Windows line ends', 'A=1\r\nB=2\r\n', 'A=9\r\nB=2\r\n'],
    ['after a byte order mark', '\ufeffA=1\n', '\ufeffA=9\n'],
    ['after a quote that never ends', 'B="open\nA=1\n', 'B="open\nA=9\n'],
  ])('takes a new value in place: %s', (_, before, after) => {
    expect(changed(before, { A: '9' })).toBe(after);
  });

  it.each(['A=1\nB=2\n', 'A= 1\nB=2\n', 'A=1  \nB=2\n', 'A= 1 # why\nB=2\n'])(
    'empties a value and no other one: %j',
    (text) => {
      expect(parseEnv(changed(text, { A: '' }))).toEqual({ A: '', B: '2' });
    },
  );

  it('names the file that cannot be written, and not the one beside it', async () => {
    const path = '/proc/lakescope/.env.local';

    await expect(EnvFile.empty.write(path)).rejects.toThrow(`${path} cannot be written`);
  });

  it.each([
    ['blanks behind the last =', 'B= '],
    ['a line that Node takes for the value above', 'A= \nB=2\n'],
    ['a quote that an appended one would end', "B='open"],
  ])('changes nothing rather than something else: %s', (_, text) => {
    expect(() => changed(text, { A: "it's" })).toThrow('nothing can be changed safely');
  });

  it.each([
    ['to nothing', '', 'A=9\n'],
    ['to a last line without an end', 'B=2', 'B=2\nA=9\n'],
    ['with the line ends that are there', 'B=2\r\n', 'B=2\r\nA=9\r\n'],
    ['although a comment has it', '# A=1\n', '# A=1\nA=9\n'],
    ['although a longer name ends in it', 'XA=1\nA_B=2\n', 'XA=1\nA_B=2\nA=9\n'],
    ['although a quoted value of several lines contains it', "B='\nA=1\n'\n", "B='\nA=1\n'\nA=9\n"],
  ])('appends what is not there: %s', (_, before, after) => {
    expect(changed(before, { A: '9' })).toBe(after);
  });

  it.each([
    'plain',
    'with blank',
    'hash#tag',
    '"quoted"',
    "it's",
    'back\\slash',
    '"both\'"',
    '',
    'ünïcode',
    'a=b',
    '$HOME',
  ])('gives back what was written: %s', (value) => {
    const file = EnvFile.of(Buffer.from('# mine\nOTHER=stays # here\n')).with({ A: value });

    expect(file.values).toEqual({ OTHER: 'stays', A: value });
    expect(file.with({ A: 'x' }).content.toString()).toBe('# mine\nOTHER=stays # here\nA=x\n');
  });

  it('refuses a value that no quotes can hold', () => {
    expect(() => changed('', { A: 'two\nlines' })).toThrow('A cannot be written');
    expect(() => changed('', { A: `"'\`` })).toThrow('A cannot be written');
  });

  it('keeps bytes that are no text', () => {
    const bytes = Buffer.concat([Buffer.from('# '), Buffer.from([0xff, 0xfe, 0xe9]), Buffer.from('\nA=1\n')]);

    const after = EnvFile.of(bytes).with({ A: '9' }).content;

    expect(after).toEqual(Buffer.concat([bytes.subarray(0, -2), Buffer.from('9\n')]));
  });

  it('means for every name what Node reads, and changes no other one', () => {
    const random = generator(20_261_121);
    for (let round = 0; round < 500; round++) {
      const text = randomFile(random);
      const before = parseEnv(text);
      const name = ['A', 'B', 'NEW'][random(3)] ?? 'A';

      const after = EnvFile.of(Buffer.from(text)).with({ [name]: 'v 1' }).values;

      expect({ text, after }).toEqual({ text, after: { ...before, [name]: 'v 1' } });
    }
  });

  describe('on disk', () => {
    let folder: string;
    beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'lakescope-env-'))));
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it('is for its owner only, whatever it was before, and leaves nothing beside it', async () => {
      const path = join(folder, 'own.env');
      await writeFile(path, 'A=1\n', { mode: 0o644 });

      await (await EnvFile.read(path))?.with({ A: '2' }).write(path);

      expect(await readFile(path, 'utf8')).toBe('A=2\n');
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    });

    it('is nothing where there is none, and cannot be a folder', async () => {
      await expect(EnvFile.read(join(folder, 'none.env'))).resolves.toBeUndefined();
      await expect(EnvFile.read(folder)).rejects.toThrow('cannot be read');
    });

    it('is written through a link', async () => {
      const path = join(folder, 'real.env');
      await writeFile(path, 'A=1\n');
      await symlink(path, join(folder, 'link.env'));

      await (await EnvFile.read(join(folder, 'link.env')))?.with({ A: '2' }).write(join(folder, 'link.env'));

      expect(await readFile(path, 'utf8')).toBe('A=2\n');
    });
  });
});

function randomFile(random: (below: number) => number): string {
  const pieces = [
    'A=1',
    'B=two words',
    'A="x y"',
    "B='#'",
    '# A=comment',
    '',
    '  ',
    'export A=3',
    'B=4 # c',
    'C=`t`',
    'A=',
  ];
  return (
    Array.from({ length: random(8) }, () => pieces[random(pieces.length)]).join('\n') + (random(2) === 0 ? '' : '\n')
  );
}

/** A small linear congruential generator: the same files in every run. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
