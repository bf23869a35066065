import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { append, createTable, DeltaEngine, DeltaTable, LocalStorage, S3Storage, type Storage } from '@lakescope/delta';
import { build } from 'esbuild';
import { givenFolder } from '../testing/given-workspace';
import { givenS3, type GivenS3 } from '../testing/given-s3';

const bucket = 'lakescope-lake';
const WRITERS = 6;
const COMMITS = 2;

/** A writer as a process of its own: rows of its own, one a commit, of which it marks every second one afterwards. */
const PROGRAM = `
import { S3Client } from '@aws-sdk/client-s3';
import { append, CommitConflict, DeltaEngine, DeltaTable, LocalStorage, rewrite, S3Storage } from '@lakescope/delta';
const { place, cacheDirectory, csv, writer, commits } = JSON.parse(process.argv[2] ?? '');
const storage = place.folder === undefined
  ? new S3Storage({ client: new S3Client({ ...place.config, maxAttempts: 1 }), bucket: place.bucket, prefix: place.prefix })
  : new LocalStorage(place.folder);
const engine = await DeltaEngine.open({ cacheDirectory, localRoots: place.folder === undefined ? [] : [place.folder] });
const table = await DeltaTable.open(engine, storage);
const rows = (id: number, marked: number) => ({ files: [csv], format: 'csv' as const, query: 'SELECT ' + id + '::BIGINT AS id, ' + marked + ' AS marked' });
const versions: number[] = [];
/** Others may have committed between its reading and its writing, and then it reads again. */
async function mark(id: number): Promise<number> {
  for (;;) {
    const snapshot = await table.snapshot();
    const { items } = await snapshot.files({ limit: 1_000 });
    const place = items.findIndex((file) => Number(file.stats?.minValues?.['id']) === id);
    try {
      return await rewrite(engine, table, { snapshot, files: [place], source: rows(id, 1), operation: { name: 'UPDATE', parameters: {} }, metrics: () => ({}) });
    } catch (error) {
      if (!(error instanceof CommitConflict)) throw error;
    }
  }
}
for (let commit = 0; commit < commits; commit += 1) {
  const id = writer * 1_000 + commit;
  const transaction = { appId: 'writer-' + writer, version: commit + 1 };
  versions.push(await append(engine, table, { source: rows(id, 0), transaction }));
  if (commit % 2 === 1) versions.push(await mark(id));
}
await engine.close();
process.stdout.write(JSON.stringify(versions));
`;

describe('six writers in processes of their own', () => {
  let s3: GivenS3;
  let folder: string;
  let program: string;
  let csv: string;
  let engine: DeltaEngine;

  beforeAll(async () => {
    s3 = await givenS3();
    folder = await givenFolder();
    program = join(folder, 'writer.mjs');
    csv = join(folder, 'one-row.csv');
    await writeFile(csv, 'nothing\n0\n');
    await build({
      stdin: { contents: PROGRAM, resolveDir: __dirname, loader: 'ts' },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      alias: { '@lakescope/delta': join(__dirname, '../../../../delta/src/index.ts') },
      // Found from the temporary folder by their absolute paths.
      plugins: [
        {
          name: 'packages',
          setup: ({ onResolve }) =>
            onResolve({ filter: /^@(duckdb|aws-sdk)\// }, ({ path }) => ({
              path: require.resolve(path),
              external: true,
            })),
        },
      ],
      logLevel: 'error',
    });
    engine = await DeltaEngine.open({ cacheDirectory: join(folder, 'cache'), localRoots: [folder] });
  });
  afterAll(async () => {
    await engine.close();
    await s3.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function written(place: unknown, writer: number): Promise<number[]> {
    const cacheDirectory = join(folder, `cache-${writer}`);
    const options = JSON.stringify({ place, cacheDirectory, csv, writer, commits: COMMITS });
    const child = spawn(process.execPath, [program, options], { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const [code] = (await once(child, 'close')) as [number];
    if (code !== 0) throw new Error(`Writer ${writer} ended with ${code}`);
    return JSON.parse(Buffer.concat(chunks).toString()) as number[];
  }

  const places: [string, () => { place: unknown; storage: Storage }][] = [
    [
      'a local folder',
      () => ({ place: { folder: join(folder, 'table') }, storage: new LocalStorage(join(folder, 'table')) }),
    ],
    [
      'S3',
      () => {
        const { url: endpoint, region, rootKeys: credentials } = s3.endpoint;
        const prefix = 'raced';
        return {
          place: { config: { endpoint, region, credentials }, bucket, prefix },
          storage: new S3Storage({ client: s3.client(), bucket, prefix }),
        };
      },
    ],
  ];
  it.each(places)(
    'lose no commit and double none in %s',
    async (_, given) => {
      const { place, storage } = given();
      const rows = (query: string) => ({ files: [csv], format: 'csv' as const, query });
      const table = await createTable(engine, storage, {
        source: rows('SELECT 0::BIGINT AS id, 0 AS marked'),
        properties: { 'delta.checkpointInterval': '7' },
      });

      const versions = await Promise.all(Array.from({ length: WRITERS }, (__, index) => written(place, index + 1)));
      expect(await append(engine, table, { source: rows('SELECT 1::BIGINT AS id, 0 AS marked') })).toBe(
        WRITERS * COMMITS * 1.5 + 1,
      );

      expect(versions.flat().sort((one, other) => one - other)).toEqual(
        Array.from({ length: WRITERS * COMMITS * 1.5 }, (__, index) => index + 1),
      );
      const snapshot = await (await DeltaTable.open(engine, storage)).snapshot();
      const found = (await snapshot.preview({ limit: 1_000 })).rows.map(
        ([id, marked]) => `${String(id)}:${String(marked)}`,
      );
      const expected = Array.from({ length: WRITERS * COMMITS }, (__, index) => {
        const commit = index % COMMITS;
        return `${(Math.floor(index / COMMITS) + 1) * 1_000 + commit}:${commit % 2}`;
      });
      expect(found.sort()).toEqual(['0:0', '1:0', ...expected].sort());
      await engine.settled();
      expect((await storage.head(`_delta_log/${'7'.padStart(20, '0')}.checkpoint.parquet`))?.sizeBytes).toBeGreaterThan(
        0,
      );
    },
    120_000,
  );
});
