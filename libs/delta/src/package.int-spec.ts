import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PACKAGE = join(__dirname, '..');
const MODULES = join(PACKAGE, '../../node_modules');
const EXPECTED = `1 [ [ '3', 'de', 9.5 ], [ '4', 'fr', 20 ] ]`;

/** The package as npm would publish it, in a folder of its own that holds nothing else but what it declares to need. */
describe('the package', () => {
  let folder: string;
  let files: string[];
  let readme: string;
  const manifest = async (): Promise<Record<string, Record<string, string>>> =>
    JSON.parse(await readFile(join(folder, 'node_modules/@lakescope/delta/package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
  const blocks = (): string[] => [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'delta-package-')));
    const npm = ['pack', '--json', '--pack-destination', folder];
    const { stdout } = await run('npm', npm, { cwd: PACKAGE, maxBuffer: 2 ** 26 });
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [
      { filename: string; files: { path: string }[] },
    ];
    files = packed.files.map(({ path }) => path);
    const target = join(folder, 'node_modules/@lakescope/delta');
    await mkdir(target, { recursive: true });
    await run('tar', ['-xzf', join(folder, packed.filename), '-C', target, '--strip-components=1']);
    readme = await readFile(join(target, 'README.md'), 'utf8');
    const { dependencies, peerDependencies } = await manifest();
    for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), '@types/node']) {
      await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
      await symlink(join(MODULES, name), join(folder, 'node_modules', name));
    }
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds code, types and documents, and nothing of tests', () => {
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'docs/api.md', 'package.json']));
    const others = files.filter((path) => !/^dist\/(index\.(mjs|cjs|d\.mts|d\.cts)|types\/.+\.d\.ts)$/.test(path));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'docs/api.md', 'package.json']);
    expect(files.filter((path) => /[.-]spec|testing|corpus/.test(path))).toEqual([]);
  });

  it('needs what the tree builds it with, and has its licence', async () => {
    const own = await manifest();
    const tree = JSON.parse(await readFile(join(PACKAGE, '../../package.json'), 'utf8')) as typeof own;

    expect(own['dependencies']).toEqual({ '@duckdb/node-api': tree['dependencies']?.['@duckdb/node-api'] });
    expect(own['peerDependencies']?.['@aws-sdk/client-s3']).toBe(`^${tree['dependencies']?.['@aws-sdk/client-s3']}`);
    expect(own['license']).toEqual(tree['license']);
    const licence = await readFile(join(PACKAGE, '../../LICENSE'), 'utf8');
    expect(await readFile(join(folder, 'node_modules/@lakescope/delta/LICENSE'), 'utf8')).toBe(licence);
  });

  it("runs the README's example as an ES module and as CommonJS", async () => {
    const [example = ''] = blocks();
    await mkdir(join(folder, 'esm'));
    await mkdir(join(folder, 'cjs'));
    await writeFile(join(folder, 'esm/example.mjs'), example);
    const required = example.replace(/^import (\{[^}]*\}) from ('[^']*');$/gm, 'const $1 = require($2);');
    await writeFile(join(folder, 'cjs/example.cjs'), `(async () => {\n${required}})();\n`);

    const [esm, cjs] = await Promise.all([
      run(process.execPath, ['example.mjs'], { cwd: join(folder, 'esm') }),
      run(process.execPath, ['example.cjs'], { cwd: join(folder, 'cjs') }),
    ]);

    expect(esm).toMatchObject({ stdout: `${EXPECTED}\n`, stderr: '' });
    expect(cjs).toMatchObject({ stdout: `${EXPECTED}\n`, stderr: '' });
  }, 60_000);

  it('has types that know every example of the README, and what none of them says', async () => {
    const given = { engine: 'DeltaEngine', table: 'DeltaTable' };
    const sources = blocks().map((code) => {
      const missing = Object.entries(given).filter(([name]) => !new RegExp(`const ${name}\\b`).test(code));
      const declared = missing.map(([name, type]) => `declare const ${name}: import('@lakescope/delta').${type};\n`);
      return `${declared.join('')}${code}\nexport {};\n`;
    });
    const wrong = `import { DeltaTable } from '@lakescope/delta';\ndeclare const table: DeltaTable;\n// @ts-expect-error a snapshot is no number\nexport const version: number = table.snapshot();\n`;
    await mkdir(join(folder, 'types'));
    const names = [
      ...sources.map((source, index) => [`example-${index}.mts`, source] as const),
      ['wrong.mts', wrong] as const,
      ['wrong.cts', wrong] as const,
    ];
    for (const [name, text] of names) await writeFile(join(folder, 'types', name), text);
    const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'node20',
      '--target',
      'es2022',
      '--types',
      'node',
    ];

    const answer = run(process.execPath, [tsc, ...options, ...names.map(([name]) => name)], {
      cwd: join(folder, 'types'),
    });

    expect(await answer.catch((error: { stdout: string }) => error.stdout)).toMatchObject({ stdout: '' });
  }, 60_000);
});
