import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { LocalStorage } from '../storage/local-storage';
import { DeltaEngine } from '../table/delta-engine';
import { DeltaTable } from '../table/delta-table';
import { createTable } from './create-table';

/**
 * A writer that commits one row after another, and dies at a given call of its storage if it is told one, before the call or after it. It says
 * which rows it was told to be written.
 */
const PROGRAM = `
import { writeSync } from 'node:fs';
import { append } from './append';
import { LocalStorage } from '../storage/local-storage';
import { DeltaEngine } from '../table/delta-engine';
import { DeltaTable } from '../table/delta-table';
const { folder, cacheDirectory, csv, from, dieAt } = JSON.parse(process.argv[2] ?? '');
const die = () => process.kill(process.pid, 'SIGKILL');
class MortalStorage extends LocalStorage {
  async putIfAbsent(path: string, bytes: Uint8Array): Promise<void> {
    await this.survived(path, () => super.putIfAbsent(path, bytes));
  }
  async put(path: string, bytes: Uint8Array): Promise<void> {
    await this.survived(path, () => super.put(path, bytes));
  }
  private async survived(path: string, work: () => Promise<void>): Promise<void> {
    const isTheOne = dieAt !== undefined && new RegExp(dieAt.path).test(path);
    if (isTheOne && !dieAt.after) die();
    await work();
    if (isTheOne) die();
  }
}
const engine = await DeltaEngine.open({ cacheDirectory, localRoots: [folder] });
const table = await DeltaTable.open(engine, new MortalStorage(folder));
writeSync(1, 'started\\n');
for (let id = from; ; id += 1) {
  await append(engine, table, { source: { files: [csv], format: 'csv', query: 'SELECT ' + id + '::BIGINT AS id' } });
  writeSync(1, id + '\\n');
  if (dieAt !== undefined) await engine.settled();
}
`;

describe('a writer that is killed', () => {
  let folder: string;
  let program: string;
  let csv: string;
  let engine: DeltaEngine;
  beforeAll(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'delta-killed-')));
    program = join(folder, 'writer.mjs');
    csv = join(folder, 'one-row.csv');
    await writeFile(csv, 'nothing\n0\n');
    await build({
      stdin: { contents: PROGRAM, resolveDir: __dirname, loader: 'ts' },
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
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
    await rm(folder, { recursive: true, force: true });
  });

  async function given(name: string): Promise<void> {
    await createTable(engine, new LocalStorage(join(folder, name)), {
      source: { files: [csv], format: 'csv', query: 'SELECT 0::BIGINT AS id' },
      properties: { 'delta.checkpointInterval': '2' },
    });
  }

  /** Runs the writer until it dies; the last row it was told to be written. */
  async function killed(
    name: string,
    from: number,
    end: { afterMs: number } | { dieAt: { path: string; after: boolean } },
  ): Promise<number> {
    const options = { folder: join(folder, name), cacheDirectory: join(folder, `cache-${name}`), csv, from };
    const mortal = 'dieAt' in end ? { ...options, dieAt: end.dieAt } : options;
    const child = spawn(process.execPath, [program, JSON.stringify(mortal)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const closed = once(child, 'close');
    if ('afterMs' in end) {
      await once(child.stdout, 'data');
      await delay(end.afterMs);
      child.kill('SIGKILL');
    }
    const [, signal] = (await closed) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    const told = Buffer.concat(chunks).toString().trimEnd().split('\n').slice(1);
    return told.length === 0 ? from - 1 : Number(told.at(-1));
  }

  /** The last row of the table, after a look at everything in it. */
  async function lastRow(name: string): Promise<number> {
    const cold = await DeltaEngine.open({ cacheDirectory: join(folder, `cold-${name}`), localRoots: [folder] });
    try {
      const table = await DeltaTable.open(cold, new LocalStorage(join(folder, name)));
      const snapshot = await table.snapshot();
      const ids = (await snapshot.preview({ limit: 10_000 })).rows
        .map(([id]) => Number(id))
        .sort((one, other) => one - other);
      expect(ids).toEqual(Array.from(ids, (_, index) => index));
      expect(snapshot.version).toBe(ids.length - 1);
      const log = join(folder, name, '_delta_log');
      const visible = (await readdir(log)).filter((file) => !file.startsWith('.'));
      for (const file of visible) {
        const bytes = await readFile(join(log, file));
        if (file.endsWith('.json')) expect(bytes.toString().endsWith('}\n')).toBe(true);
        else if (file.endsWith('.parquet')) expect(bytes.subarray(-4).toString()).toBe('PAR1');
        else expect(JSON.parse(bytes.toString())).toHaveProperty('version');
      }
      for (const file of visible.filter((each) => each.endsWith('.parquet'))) {
        const version = Number(file.slice(0, 20));
        expect((await (await table.snapshot({ version })).countRows()).rows).toBe(BigInt(version + 1));
      }
      return ids.at(-1) ?? -1;
    } finally {
      await cold.close();
    }
  }

  it('leaves the table as it was or with the whole commit, whenever it happens', async () => {
    await given('any-time');
    let last = 0;
    for (let round = 0; round < 5; round += 1) {
      const told = await killed('any-time', last + 1, { afterMs: 40 + Math.random() * 250 });
      last = await lastRow('any-time');

      // The last commit may be there before the writer was told so.
      expect([told, told + 1]).toContain(last);
    }
  }, 60_000);

  it.each([
    ['a data file', 'parquet$', 'part-', 0],
    ['a commit', '\\d{20}\\.json$', 'commit', 1],
    ['a checkpoint', 'checkpoint\\.parquet$', 'checkpoint', 2],
    ['the hint', '_last_checkpoint$', 'hint', 2],
  ])(
    'leaves the old version or the new one around %s',
    async (_, path, name, told) => {
      await Promise.all(
        [false, true].map(async (after) => {
          const table = `${name}-${String(after)}`;
          await given(table);
          const pattern = name === 'part-' ? '^part-.*parquet$' : path;
          await killed(table, 1, { dieAt: { path: pattern, after } });

          expect(await lastRow(table)).toBe(name === 'commit' ? (after ? 1 : 0) : told);
          // Whoever comes next goes on from there.
          expect(
            await killed(table, (await lastRow(table)) + 1, {
              dieAt: { path: `${'4'.padStart(20, '0')}\\.json$`, after: true },
            }),
          ).toBe(3);
          expect(await lastRow(table)).toBe(4);
        }),
      );
    },
    60_000,
  );
});
