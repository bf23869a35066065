import type { FolderResult, RunEvent, TableResult } from '@lakescope/cda';
import { folderDone } from '../testing/scripted-engine';
import { RunLedger } from './run-ledger';

const WARNING = {
  code: 'ROWS_MISMATCH',
  message: 'The files have 63 rows, and the metrics of the batch say that 64 were written',
};

const folder: FolderResult = {
  table: 'cc_claim',
  fingerprint: 'f1',
  folder: '1712345678901',
  version: 3,
  files: 4,
  rows: 63n,
  expectedRows: 64n,
  bytes: 20_480,
  reconciliation: 'MISMATCH',
  schemaChanges: [],
  warnings: [WARNING],
  durationMs: 8,
};

const table: TableResult = {
  table: 'cc_claim',
  outcome: 'completed',
  foldersDone: 1,
  foldersFailed: 0,
  foldersSkipped: 0,
  foldersTotal: 1,
  rows: 63n,
  bytes: 20_480,
  files: 4,
  versions: { from: 3, to: 3 },
  fence: '1712345678901',
  watermarks: { f1: '1712345678901' },
  schemaChanges: [],
  reconciliation: 'MISMATCH',
  warnings: [{ code: WARNING.code, message: `f1/1712345678901: ${WARNING.message}` }],
  failure: undefined,
  durationMs: 9,
};

const STARTED = { type: 'table-started', table: '', folders: 1, files: 1, bytes: 1 } as const;

const FAILED: RunEvent = {
  type: 'folder-failed',
  folder: { table: 'cc_claim', fingerprint: 'f1', folder: '1700000000000' },
  failure: { code: 'BAD_FILE', message: 'no footer', advice: 'deliver again' },
};

function begun(known: RunLedger | undefined, folders: number): RunLedger {
  const ledger = new RunLedger({ tables: known?.all ?? [], failed: failedOf(known), warnings: [], tableCount: 1 });
  ledger.take({ type: 'table-started', table: 'cc_claim', folders, files: 2, bytes: 10 });
  return ledger;
}

function failedOf(known: RunLedger | undefined) {
  return (known?.turnPage().folders ?? []).filter(({ status }) => status === 'failed');
}

const countsOf = (ledger: RunLedger) =>
  ledger.all.map(({ foldersDone, foldersFailed, foldersSkipped, foldersTotal }) => [
    foldersDone,
    foldersFailed,
    foldersSkipped,
    foldersTotal,
  ]);

describe('what is written down of a run', () => {
  it('tells of one folder, file and row as of one', () => {
    const ledger = begun(undefined, 1);
    ledger.take({ type: 'folder-done', result: { ...folder, files: 1, rows: 1n } });

    expect(ledger.turnPage().lines.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        '1 folder is new, with 2 files',
        expect.stringContaining('is version 3: 1 row in 1 file'),
      ]),
    );
  });

  it('tells what is odd about a folder once, whether its table is done or not', () => {
    const ledger = new RunLedger();
    ledger.take({ type: 'folder-done', result: folder });
    const before = ledger.all.map(({ warnings }) => [...warnings]);
    ledger.take({ type: 'table-done', result: table });

    expect(ledger.all.map(({ warnings }) => warnings)).toEqual([table.warnings]);
    expect(before).toEqual([table.warnings]);
    const page = ledger.turnPage();
    expect(page.folders.map(({ warnings }) => warnings)).toEqual([[WARNING]]);
    expect(page.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      `Folder f1/1712345678901: ${WARNING.message}`,
    ]);
  });

  it('counts a folder that failed and was done then as done alone', () => {
    const ledger = begun(undefined, 2);
    for (const event of [FAILED, folderDone('cc_claim', 0), folderDone('cc_claim', 1)]) ledger.take(event);

    expect(countsOf(ledger)).toEqual([[2, 0, 0, 2]]);
  });

  it('counts a folder that failed in one attempt as what it became in the next', () => {
    const before = begun(undefined, 2);
    before.take(FAILED);
    const done = begun(before, 2);
    for (const event of [folderDone('cc_claim', 0), folderDone('cc_claim', 1)]) done.take(event);

    expect(countsOf(done)).toEqual([[2, 0, 0, 2]]);
  });

  it('counts a folder that fails in each attempt once', () => {
    const before = begun(undefined, 2);
    before.take(FAILED);
    const again = begun(before, 2);
    for (const event of [FAILED, folderDone('cc_claim', 1)]) again.take(event);

    expect(countsOf(again)).toEqual([[1, 1, 0, 2]]);
  });

  it('tells tables apart whose names are the same as far as a column takes them', () => {
    const ledger = new RunLedger();
    for (const end of ['a', 'b']) ledger.take({ ...STARTED, table: `${'t'.repeat(400)}${end}` });
    ledger.take({ ...STARTED, table: 't\u0000' });

    expect(ledger.all.map(({ table }) => table.length)).toEqual([300, 300, 2]);
    expect(new Set(ledger.all.map(({ table }) => table)).size).toBe(3);
  });
});
