import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unfinishedName } from '@lakescope/delta';
import { EngineProcesses } from '../testing/engine-processes';
import { SyntheticIngestions, type SyntheticIngestion } from '../testing/synthetic-ingestion';

const ID = '01234567-89ab-4cde-8f01-23456789abcd';

describe('what processes leave behind that are killed in the middle of a write', () => {
  let ingestions: SyntheticIngestions;
  let ingestion: SyntheticIngestion;
  let processes: EngineProcesses;
  let scratch: string;
  beforeAll(async () => {
    ingestions = await SyntheticIngestions.open();
    processes = await EngineProcesses.open(ingestions.directory);
    scratch = join(ingestions.directory, 'scratch');
    await mkdir(scratch);
    const step = { disorders: [], minutes: 600, folders: 3, files: 2, rows: 2 };
    ingestion = await ingestions.create('killed', { seed: 7, tables: 3, step });
  });
  afterAll(() => ingestions.close());

  const run = async (dieNaming?: number): Promise<{ killed: boolean; files: string[]; folders: string[] }> => {
    const { source, target } = ingestion;
    const order = { source, target, mode: 'copy', runId: 'run', parallelTables: 1, faults: {} } as const;
    const { killed } = await processes.run(order, undefined, { dieNaming, scratch });
    const files = await readdir(target, { recursive: true });
    return { killed, files: files.filter((path) => path.includes('.tmp-')), folders: await readdir(scratch) };
  };

  it('is gone after the next run, copies, commits and folders of the process, and the tables are whole', async () => {
    const [copying, committing] = [await run(1), await run(12)];
    expect([copying.killed, committing.killed]).toEqual([true, true]);
    expect(copying.files).not.toEqual([]);
    expect(committing.files.some((path) => path.includes('_delta_log'))).toBe(true);
    expect(committing.folders).toHaveLength(1);

    expect(await run()).toEqual({ killed: false, files: [], folders: [] });

    await ingestion.check();
  });

  it('is not taken for what lives: of this process, of other machines within a day, and of nobody we know', async () => {
    const [table = ''] = await readdir(ingestion.target);
    const log = join(ingestion.target, table, '_delta_log');
    const ours = unfinishedName();
    const names = [ours, `.tmp-00000000-1-${ID}`, `.tmp-${ID}`, '.tmp-notes'];
    for (const name of names) await writeFile(join(log, name), 'x');
    await ingestion.next({ disorders: [], minutes: 600, even: true, folders: 1, files: 2, rows: 1 });

    const { files } = await run();

    expect(files.sort()).toEqual(names.map((name) => join(table, '_delta_log', name)).sort());
  });
});
