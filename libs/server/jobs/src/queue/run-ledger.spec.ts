import type { FolderResult, TableResult } from '@lakescope/cda';
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
  watermarks: { f1: '1712345678901' },
  schemaChanges: [],
  reconciliation: 'MISMATCH',
  warnings: [{ code: WARNING.code, message: `f1/1712345678901: ${WARNING.message}` }],
  failure: undefined,
  durationMs: 9,
};

describe('what is written down of a run', () => {
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
});
