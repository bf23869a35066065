import { join } from 'node:path';
import { DISORDERS, type Disorder } from '@lakescope/cda-synthetic';
import { checkIngested } from '../testing/check-ingested';
import { rawLog } from '../testing/raw-log';
import { SyntheticIngestions, type SyntheticIngestion } from '../testing/synthetic-ingestion';

/** What a source does that no table can follow by itself; each has a test of its own. */
const STOPPING: readonly Disorder[] = ['incompatible-type', 'manifest-rollback', 'pruned-fingerprint'];
/** A table with a thousand folders has a thousand commits, each of which waits for the disk. */
const PATIENCE_MS = 180_000;
const EVEN = { minutes: 600, files: 3, rows: 3, even: true };

describe('a source in disorder', () => {
  let ingestions: SyntheticIngestions;
  beforeAll(async () => {
    ingestions = await SyntheticIngestions.open();
  });
  afterAll(() => ingestions.close());

  const given = (name: string, disorders: readonly Disorder[], tables = 3): Promise<SyntheticIngestion> =>
    ingestions.create(name, {
      seed: 11,
      tables,
      step: { ...EVEN, disorders: disorders.map((disorder) => `${disorder}@cc_claim` as const) },
    });

  it.each(DISORDERS.filter((name) => !STOPPING.includes(name)))(
    'is ingested to the last row: %s',
    async (name) => {
      const ingestion = await given(name, [name]);

      const { outcome, tables } = await ingestion.run();

      await ingestion.check();
      expect(outcome).toBe(['truncated-file', 'half-written'].includes(name) ? 'completed_with_errors' : 'completed');
      const claims = tables.find(({ table }) => table === 'cc_claim');
      const { folders } = ingestion.expected('cc_claim');
      expect(claims?.rows).toBe(BigInt(folders.reduce((sum, { rows }) => sum + rows, 0)));
      await ingestion.next(EVEN);
      await ingestion.run();
      await ingestion.check();
      expect((await ingestion.run()).outcome).toBe(name === 'truncated-file' ? 'completed_with_errors' : 'unchanged');
      await ingestion.check();
    },
    PATIENCE_MS,
  );

  it('takes in what was put aside when it was delivered again, exactly once', async () => {
    const ingestion = await given('repaired', ['truncated-file']);
    await ingestion.run();
    await ingestion.next({ ...EVEN, repair: true });

    const untold = await ingestion.run();
    await expect(ingestion.check()).rejects.toThrow();
    const told = await ingestion.run({ retryQuarantined: true });

    expect([untold.outcome, told.outcome]).toEqual(['completed_with_errors', 'completed']);
    await ingestion.check();
    expect((await ingestion.run({ retryQuarantined: true })).outcome).toBe('unchanged');
    await ingestion.check();
  });

  it('stops at a folder that cannot be read when it is asked to, and goes on there once it can be', async () => {
    const ingestion = await given('stopped', ['truncated-file']);
    const { tables } = await ingestion.run({ onPoison: 'stop' });
    const [poisoned] = ingestion.expected('cc_claim').poisoned;
    const before = ingestion.expected('cc_claim').folders.filter(({ folder }) => folder < (poisoned?.folder ?? ''));
    await ingestion.next({ ...EVEN, repair: true });

    await ingestion.run({ onPoison: 'stop' });

    const claims = tables.find(({ table }) => table === 'cc_claim');
    expect([claims?.outcome, claims?.foldersDone]).toEqual(['failed', before.length]);
    await ingestion.check();
  });

  it('stops a table whose column cannot be widened, before anything of that folder is written, and no other', async () => {
    const ingestion = await given('incompatible', ['incompatible-type']);

    const { outcome, tables } = await ingestion.run();

    await ingestion.check(['cc_claim']);
    const claims = tables.find(({ table }) => table === 'cc_claim');
    expect([outcome, claims?.outcome, claims?.failure?.code, claims?.foldersDone]).toEqual([
      ...['completed_with_errors', 'failed', 'TYPE_CANNOT_WIDEN', 2],
    ]);
    expect(claims?.failure?.message).toMatch(/beanversion.*int.*string/);
  });

  it('stops a table whose manifest went back, tells why, and goes on by itself when it is ahead again', async () => {
    const ingestion = await given('rolled-back', []);
    await ingestion.run();
    await ingestion.next({ ...EVEN, disorders: ['manifest-rollback@cc_claim'] });
    const { tables } = await ingestion.run();
    await ingestion.check(['cc_claim']);
    await ingestion.next(EVEN);
    await ingestion.run();

    expect(tables.find(({ table }) => table === 'cc_claim')?.failure?.code).toBe('SOURCE_RESET');
    await ingestion.check();
  });

  it('rebuilds a table whose source was made anew when somebody decides so: what is no longer told of is gone', async () => {
    const ingestion = await given('rebuilt', ['truncated-file']);
    await ingestion.run();
    await ingestion.next({ ...EVEN, disorders: ['manifest-rollback@cc_claim'] });
    const { failure } = (await ingestion.run()).tables.find(({ table }) => table === 'cc_claim') ?? {};
    await ingestion.run({ resets: { cc_claim: 'rebuild' } });
    await ingestion.next(EVEN);
    await ingestion.run();

    expect(failure?.code).toBe('SOURCE_RESET');
    // Every folder twice in the log and once in the rows; what cannot be read is told again.
    const log = rawLog(join(ingestion.target, 'cc_claim'));
    const rebuilt = log.findIndex(({ folder, removes }) => folder === undefined && removes.length > 0);
    expect(rebuilt).toBeGreaterThan(0);
    await checkIngested(
      ingestions.connection,
      join(ingestion.target, 'cc_claim'),
      ingestion.expected('cc_claim'),
      rebuilt,
    );
  });

  it('goes on from its cursors after a fingerprint was pruned when somebody decides so', async () => {
    const ingestion = await given('pruned', []);
    await ingestion.run();
    await ingestion.next({ ...EVEN, disorders: ['pruned-fingerprint@cc_claim'] });
    const { tables } = await ingestion.run();
    await ingestion.run({ resets: { cc_claim: 'continue' } });

    expect(tables.find(({ table }) => table === 'cc_claim')?.failure?.message).toContain('knows it no more');
    await ingestion.check();
  });
});
