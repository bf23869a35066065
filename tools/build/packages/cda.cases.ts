import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createSuite, FolderBucket } from '@lakescope/cda-synthetic';
import { required, type InstalledPackages } from './installed-packages';

/** What must hold of `@lakescope/cda` as npm would publish it. */
export function cdaCases(installed: () => InstalledPackages): void {
  beforeAll(async () => {
    const { folder } = installed();
    await mkdir(join(folder, 'cda'));
    await createSuite(new FolderBucket(join(folder, 'cda/change-data')), {
      seed: 1,
      tables: 3,
      step: { even: true, folders: 2 },
    });
  });

  it('holds code, types, documents and its command, and nothing of tests', () => {
    const { files } = installed().of('cda');
    const others = files.filter((path) => !/^dist\/(index\.(mjs|cjs|d\.mts|d\.cts)|types\/cda\/.+\.d\.ts)$/.test(path));

    expect(others).toEqual([
      'LICENSE',
      'README.md',
      'dist/cli.cjs',
      'docs/api.md',
      'docs/bad-input.md',
      'package.json',
    ]);
    expect(files.filter((path) => /[.-]spec|testing/.test(path))).toEqual([]);
  });

  it('needs the other library in its version, and runs where that one runs', () => {
    const { manifest } = installed().of('cda');
    const delta = installed().of('delta').manifest;

    expect(manifest.dependencies).toEqual({ '@lakescope/delta': delta.version });
    expect([manifest.peerDependencies, manifest.engines]).toEqual([delta.peerDependencies, delta.engines]);
  });

  it("runs the README's example as an ES module and as CommonJS, without the AWS SDK", async () => {
    const [text = ''] = await installed().examples('cda', 'ts');
    const example = text.replace(' as const', '');
    const outputs = [
      await installed().runs('cda/example.mjs', example),
      await installed().runs('cda/example.cjs', required(example).replaceAll("'tables'", "'tables-2'")),
    ];

    for (const { stdout, stderr } of outputs) {
      const lines = stdout.trimEnd().split('\n');
      expect(stderr).toBe('');
      expect(lines[0]).toMatch(/^\d+ folders to ingest$/);
      expect(lines).toContain('completed');
      expect(lines.filter((line) => / intact \d+n$/.test(line))).toHaveLength(3);
    }
  });

  it('has a command that says what S3 needs where that is not there', async () => {
    const { version } = installed().of('cda').manifest;

    expect((await installed().command('lakescope-cda', ['--version'])).stdout).toBe(`${version}\n`);
    expect(
      (
        await installed().command('lakescope-cda', [
          'plan',
          'cda/change-data/manifest.json',
          'cda/tables',
          '--mode',
          'copy',
        ])
      ).stdout,
    ).toContain('up_to_date');
    await expect(
      installed().command('lakescope-cda', ['plan', 's3://a/manifest.json', 's3://b']),
    ).rejects.toMatchObject({
      code: 2,
      stderr: 'S3 needs the AWS SDK beside this package: npm install @aws-sdk/client-s3\n',
    });
  });
}
