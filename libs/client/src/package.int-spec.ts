import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const run = promisify(execFile);
const PACKAGE = join(__dirname, '..');
const EXAMPLES = ['tables.mjs', 'query.mjs', 'files.mjs'];

const USE = `
const lakescope = createLakescopeClient({ baseUrl: 'http://127.0.0.1:9', token: () => 'token', retry: { attempts: 1 } });
lakescope.getMe().catch((error) => console.log(error instanceof ConnectionFailure, typeof lakescope.runQuery, getMe));
`;

/** The package as npm would publish it, in a folder of its own that holds nothing else. */
describe('the package of the client', () => {
  let folder: string;
  let installed: string;
  let files: string[];

  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'client-package-')));
    const npm = ['pack', '--json', '--pack-destination', folder];
    const { stdout } = await run('npm', npm, { cwd: PACKAGE, maxBuffer: 2 ** 26 });
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('[\n'))) as [
      { filename: string; files: { path: string }[] },
    ];
    files = packed.files.map(({ path }) => path);
    installed = join(folder, 'node_modules/@lakescope/client');
    await mkdir(installed, { recursive: true });
    await run('tar', ['-xzf', join(folder, packed.filename), '-C', installed, '--strip-components=1']);
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('holds code, types, documents and examples, and nothing of tests', () => {
    const others = files.filter((path) => !/^dist\/(index\.(mjs|cjs|d\.mts|d\.cts)|types\/.+\.d\.ts)$/.test(path));

    expect(others.sort()).toEqual(
      ['LICENSE', 'README.md', 'docs/api.md', ...EXAMPLES.map((name) => `examples/${name}`), 'package.json'].sort(),
    );
    expect(files.filter((path) => /[.-]spec|testing/.test(path))).toEqual([]);
  });

  it('needs nothing, and has the licence of the tree', async () => {
    const own = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>;
    const tree = JSON.parse(await readFile(join(PACKAGE, '../../package.json'), 'utf8')) as Record<string, unknown>;

    expect(Object.keys(own).filter((name) => /dependencies/i.test(name))).toEqual([]);
    expect([own['license'], own['engines']]).toEqual([tree['license'], tree['engines']]);
    expect(own['sideEffects']).toBe(false);
    expect(await readFile(join(installed, 'LICENSE'), 'utf8')).toBe(
      await readFile(join(PACKAGE, '../../LICENSE'), 'utf8'),
    );
  });

  it('runs as an ES module and as CommonJS', async () => {
    const names = '{ ConnectionFailure, createLakescopeClient, getMe }';
    await writeFile(join(folder, 'use.mjs'), `import ${names} from '@lakescope/client';\n${USE}`);
    await writeFile(join(folder, 'use.cjs'), `const ${names} = require('@lakescope/client');\n${USE}`);

    const outputs = await Promise.all(
      ['use.mjs', 'use.cjs'].map((file) => run(process.execPath, [file], { cwd: folder })),
    );

    for (const output of outputs) {
      expect(output).toMatchObject({ stdout: 'true function GET /api/v1/user/me\n', stderr: '' });
    }
  }, 60_000);

  it('is at most 12 kB for all of it, minified and gzipped, and a third of that for one operation', async () => {
    const all = await bundled("export * from '@lakescope/client';");
    const one = await bundled(
      "import { createClientOf, getMe } from '@lakescope/client'; createClientOf({ getMe }, {});",
    );
    const list = await bundled("export { paginate } from '@lakescope/client';");

    expect(all.size).toBeLessThanOrEqual(12_000);
    expect(one.size).toBeLessThanOrEqual(4_000);
    expect(one.text.match(/\/api\/v1\/[\w/-]+/g)).toEqual(['/api/v1/user/me']);
    expect(list.text).not.toContain('/api/v1');
    expect(list.size).toBeLessThanOrEqual(500);
  }, 60_000);

  it('has types for both kinds of modules, which narrow a problem by its code', async () => {
    const right = `
      import { createClientOf, createLakescopeClient, getMe, LakescopeProblem, paginate, queryRecords, readEvents, type QueryDto } from '@lakescope/client';
      const options = { baseUrl: 'https://lakescope.example', token: () => 'token' };
      const lakescope = createLakescopeClient(options);
      export async function use(signal: AbortSignal): Promise<string> {
        const me = await createClientOf({ getMe }, options).getMe(undefined, { signal });
        for await (const table of paginate(lakescope.listTables, { query: { catalog: 'a', schema: 'b' } }, { signal })) return table.full_name;
        for await (const bucket of paginate(lakescope.listS3Objects, { body: { connection_id: 'x' } } as never)) return String(bucket);
        for await (const row of queryRecords(lakescope, { catalog: 'a', schema: 'b', table: 'c' })) return String(row['d']);
        for await (const event of readEvents(lakescope.getFileContent, { query: { path: 'p' } })) return event.data;
        const query: QueryDto = await lakescope.getQuery({ path: { id: '1' } });
        return me.user_id + query.status;
      }
      export function told(error: unknown): string {
        if (!(error instanceof LakescopeProblem)) return 'of somebody else';
        if (error.code === 'VERSION_NOT_FOUND') return String((error.details.latest ?? 0) + 1);
        if (error.code === 'SCOPE_MISSING') return error.details.scopes.join();
        if (error.code === 'INVALID_REQUEST') return (error.details.fields ?? []).map(({ path }) => path).join();
        if (error.code === 'LAKEBASE_NOT_CONFIGURED') return error.details.suggestion;
        return error.details.error_type + error.correlationId;
      }
    `;
    const wrong = `
      import { createLakescopeClient, LakescopeProblem } from '@lakescope/client';
      const lakescope = createLakescopeClient({ baseUrl: '', token: () => 'token' });
      // @ts-expect-error a path is needed
      void lakescope.getFileContent();
      // @ts-expect-error no such parameter
      void lakescope.listTables({ query: { catalog: 'a', schema: 'b', colour: 'c' } });
      // @ts-expect-error no operation of the contract
      void lakescope.getEverything();
      export function told(error: LakescopeProblem): unknown {
        // @ts-expect-error no code of the contract
        if (error.code === 'TABLE_LOST') return 1;
        // @ts-expect-error only a missing scope has scopes that are known
        return error.code === 'TABLE_NOT_FOUND' ? error.details.scopes.join() : undefined;
      }
    `;
    const sources = { 'right.mts': right, 'right.cts': right, 'wrong.mts': wrong, 'wrong.cts': wrong };
    for (const [name, text] of Object.entries(sources)) await writeFile(join(folder, name), text);
    await mkdir(join(folder, 'node_modules/@types'), { recursive: true });
    await symlink(dirname(require.resolve('@types/node/package.json')), join(folder, 'node_modules/@types/node'));
    const tsc = createRequire(__filename).resolve('typescript/bin/tsc');
    const options = '--noEmit --strict --noUncheckedIndexedAccess --module node20 --target es2022 --types node'.split(
      ' ',
    );

    const answer = run(process.execPath, [tsc, ...options, ...Object.keys(sources)], { cwd: folder });

    expect(await answer.catch((error: { stdout: string }) => error.stdout)).toMatchObject({ stdout: '' });
  }, 60_000);

  it.each(EXAMPLES)('tells the example %s in its README as it is', async (name) => {
    const readme = await readFile(join(installed, 'README.md'), 'utf8');

    expect(readme).toContain((await readFile(join(installed, 'examples', name), 'utf8')).trim());
  });

  async function bundled(source: string): Promise<{ size: number; text: string }> {
    const { outputFiles } = await build({
      stdin: { contents: source, resolveDir: folder, loader: 'js' },
      bundle: true,
      minify: true,
      format: 'esm',
      write: false,
    });
    const text = outputFiles[0]?.text ?? '';
    return { size: gzipSync(text, { level: 9 }).length, text };
  }
});
