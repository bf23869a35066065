import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createSuite, FolderBucket } from '@lakescope/cda-synthetic';
import { build } from 'esbuild';

const run = promisify(execFile);
const PACKAGE = join(__dirname, '..');
const MODULES = join(PACKAGE, '../../node_modules');

/** The package as npm would publish it, in a folder of its own that holds nothing else but what it declares to need. */
describe('the package of the CDA engine', () => {
  let folder: string;
  let files: string[];
  let readme: string;

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'cda-package-')));
    const npm = ['pack', '--json', '--pack-destination', folder];
    const { stdout } = await run('npm', npm, { cwd: PACKAGE, maxBuffer: 2 ** 26 });
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [
      { filename: string; files: { path: string }[] },
    ];
    files = packed.files.map(({ path }) => path);
    const target = join(folder, 'node_modules/@lakescope/cda');
    await mkdir(target, { recursive: true });
    await run('tar', ['-xzf', join(folder, packed.filename), '-C', target, '--strip-components=1']);
    readme = await readFile(join(target, 'README.md'), 'utf8');
    await installDelta();
    const { dependencies: needed } = await manifestOf(join(PACKAGE, '../delta'));
    for (const name of Object.keys(needed ?? {})) {
      await mkdir(dirname(join(folder, 'node_modules', name)), { recursive: true });
      await symlink(join(MODULES, name), join(folder, 'node_modules', name));
    }
    await createSuite(new FolderBucket(join(folder, 'change-data')), {
      seed: 1,
      tables: 3,
      step: { even: true, folders: 2 },
    });
  }, 180_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds code, types, documents and its command, and nothing of tests', () => {
    const others = files.filter((path) => !/^dist\/(index\.(mjs|cjs|d\.mts|d\.cts)|types\/cda\/.+\.d\.ts)$/.test(path));
    const docs = ['docs/api.md', 'docs/bad-input.md'];
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'dist/cli.cjs', ...docs, 'package.json']);
    expect(files.filter((path) => /[.-]spec|testing/.test(path))).toEqual([]);
  });

  it('needs what the tree builds it with, and has its licence', async () => {
    const own = await manifestOf(PACKAGE);
    const delta = await manifestOf(join(PACKAGE, '../delta'));
    const tree = await manifestOf(join(PACKAGE, '../..'));

    expect(own['dependencies']).toEqual({ '@lakescope/delta': delta['version'] });
    expect(own['peerDependencies']).toEqual({
      '@aws-sdk/client-s3': `^${tree['dependencies']?.['@aws-sdk/client-s3']}`,
    });
    expect([own['license'], own['engines']]).toEqual([tree['license'], delta['engines']]);
  });

  it("runs the README's example as an ES module and as CommonJS, without the AWS SDK", async () => {
    const [example = ''] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
    await writeFile(join(folder, 'example.mjs'), example.replace(' as const', ''));
    const required = example
      .replace(' as const', '')
      .replace(/^import (\{[^}]*\}) from ('[^']*');$/gm, 'const $1 = require($2);')
      .replaceAll("'tables'", "'tables-2'");
    await writeFile(join(folder, 'example.cjs'), `(async () => {\n${required}})();\n`);

    for (const file of ['example.mjs', 'example.cjs']) {
      const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder });
      expect(stderr).toBe('');
      const lines = stdout.trimEnd().split('\n');
      expect(lines[0]).toMatch(/^\d+ folders to ingest$/);
      expect(lines).toContain('completed');
      expect(lines.filter((line) => / intact \d+n$/.test(line))).toHaveLength(3);
    }
  }, 60_000);

  it('has a command that says what S3 needs where that is not there', async () => {
    const command = join(folder, 'node_modules/@lakescope/cda/dist/cli.cjs');
    const { version } = await manifestOf(PACKAGE);

    expect((await run(command, ['--version'])).stdout).toBe(`${String(version)}\n`);
    expect(
      (await run(command, ['plan', 'change-data/manifest.json', 'tables', '--mode', 'copy'], { cwd: folder })).stdout,
    ).toContain('up_to_date');
    await expect(run(command, ['plan', 's3://a/manifest.json', 's3://b'], { cwd: folder })).rejects.toMatchObject({
      code: 2,
      stderr: 'S3 needs the AWS SDK beside this package: npm install @aws-sdk/client-s3\n',
    });
  }, 60_000);

  /** As its own package has it; that this is what npm publishes is proved there. */
  async function installDelta(): Promise<void> {
    const target = join(folder, 'node_modules/@lakescope/delta');
    await mkdir(join(target, 'dist'), { recursive: true });
    await writeFile(join(target, 'package.json'), await readFile(join(PACKAGE, '../delta/package.json')));
    const entryPoints = [join(PACKAGE, '../delta/src/index.ts')];
    const common = { entryPoints, bundle: true, platform: 'node', packages: 'external', keepNames: true } as const;
    await build({ ...common, format: 'esm', outfile: join(target, 'dist/index.mjs') });
    await build({ ...common, format: 'cjs', outfile: join(target, 'dist/index.cjs') });
  }

  async function manifestOf(directory: string): Promise<Record<string, Record<string, string>>> {
    return JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
  }
});
