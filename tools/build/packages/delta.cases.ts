import { readFile } from 'node:fs/promises';
import { required, type InstalledPackages } from './installed-packages';

const ANSWER = `1 [ [ '3', 'de', 9.5 ], [ '4', 'fr', 20 ] ]\n`;

/** What must hold of `@lakescope/delta` as npm would publish it. */
export function deltaCases(installed: () => InstalledPackages): void {
  it('holds code, types and documents, and nothing of tests', () => {
    const { files } = installed().of('delta');
    const others = files.filter((path) => !/^dist\/(index\.(mjs|cjs|d\.mts|d\.cts)|types\/.+\.d\.ts)$/.test(path));

    expect(others).toEqual(['LICENSE', 'README.md', 'docs/api.md', 'package.json']);
    expect(files.filter((path) => /[.-]spec|testing|corpus/.test(path))).toEqual([]);
  });

  it('needs what the tree builds it with', async () => {
    const { dependencies = {} } = JSON.parse(await readFile('package.json', 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    const { manifest } = installed().of('delta');

    expect(manifest.dependencies).toEqual({ '@duckdb/node-api': dependencies['@duckdb/node-api'] });
    expect(manifest.peerDependencies).toEqual({ '@aws-sdk/client-s3': `^${dependencies['@aws-sdk/client-s3']}` });
  });

  it("runs the README's example as an ES module and as CommonJS", async () => {
    const [example = ''] = await installed().examples('delta', 'ts');

    expect(await installed().runs('delta-esm/example.mjs', example)).toEqual({ stdout: ANSWER, stderr: '' });
    expect(await installed().runs('delta-cjs/example.cjs', required(example))).toEqual({ stdout: ANSWER, stderr: '' });
  });

  it('has types that know every example of the README, and what none of them says', async () => {
    const given = { engine: 'DeltaEngine', table: 'DeltaTable' };
    const examples = (await installed().examples('delta', 'ts')).map((code, index) => {
      const missing = Object.entries(given).filter(([name]) => !new RegExp(`const ${name}\\b`).test(code));
      const declared = missing.map(([name, type]) => `declare const ${name}: import('@lakescope/delta').${type};\n`);
      return [`example-${index}.mts`, `${declared.join('')}${code}\nexport {};\n`];
    });
    const wrong = `import { DeltaTable } from '@lakescope/delta';\ndeclare const table: DeltaTable;\n// @ts-expect-error a snapshot is no number\nexport const version: number = table.snapshot();\n`;

    expect(
      await installed().complaints(
        { ...Object.fromEntries(examples), 'wrong.mts': wrong, 'wrong.cts': wrong },
        Object.keys(installed().of('delta').manifest.peerDependencies ?? {}),
      ),
    ).toBe('');
  }, 120_000);
}
