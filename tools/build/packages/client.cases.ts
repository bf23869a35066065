import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { required, type InstalledPackages } from './installed-packages';

const EXAMPLES = ['tables.mjs', 'query.mjs', 'files.mjs'];

const USE = `import { ConnectionFailure, createLakescopeClient, getMe } from '@lakescope/client';
const lakescope = createLakescopeClient({ baseUrl: 'http://127.0.0.1:9', token: () => 'token', retry: { attempts: 1 } });
lakescope.getMe().catch((error) => console.log(error instanceof ConnectionFailure, typeof lakescope.runQuery, getMe));
`;

/** What must hold of `@lakescope/client` as npm would publish it. */
export function clientCases(installed: () => InstalledPackages): void {
  it('holds code, types, documents and examples, and nothing of tests', () => {
    const { files } = installed().of('client');
    const others = files.filter((path) => !/^dist\/(index\.(mjs|cjs|d\.mts|d\.cts)|types\/.+\.d\.ts)$/.test(path));

    expect(others).toEqual(
      ['LICENSE', 'README.md', 'docs/api.md', ...EXAMPLES.map((name) => `examples/${name}`), 'package.json'].sort(),
    );
    expect(files.filter((path) => /[.-]spec|testing/.test(path))).toEqual([]);
  });

  it('needs nothing, and runs where the tree can be installed', async () => {
    const { manifest } = installed().of('client');
    const tree = JSON.parse(await readFile('package.json', 'utf8')) as Record<string, unknown>;

    expect(Object.keys(manifest).filter((name) => /dependencies/i.test(name))).toEqual([]);
    expect(manifest.engines).toEqual(tree['engines']);
    expect(manifest).toMatchObject({ sideEffects: false });
  });

  it('runs as an ES module and as CommonJS', async () => {
    const outputs = [
      await installed().runs('client/use.mjs', USE),
      await installed().runs('client/use.cjs', required(USE)),
    ];

    for (const output of outputs) {
      expect(output).toEqual({ stdout: 'true function GET /api/v1/user/me\n', stderr: '' });
    }
  });

  it('is at most 12 kB for all of it, minified and gzipped, and a third of that for one operation', async () => {
    const all = await bundled(installed().folder, "export * from '@lakescope/client';");
    const one = await bundled(
      installed().folder,
      "import { createClientOf, getMe } from '@lakescope/client'; createClientOf({ getMe }, {});",
    );
    const list = await bundled(installed().folder, "export { paginate } from '@lakescope/client';");

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

    expect(
      await installed().complaints({ 'right.mts': right, 'right.cts': right, 'wrong.mts': wrong, 'wrong.cts': wrong }),
    ).toBe('');
  }, 120_000);

  it.each(EXAMPLES)('tells the example %s in its README as it is', async (name) => {
    const readme = await installed().read('client', 'README.md');

    expect(readme).toContain((await installed().read('client', `examples/${name}`)).trim());
  });
}

async function bundled(folder: string, source: string): Promise<{ size: number; text: string }> {
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
