import type { FolderRef, FolderResult, IngestionFailure, SchemaChange } from '@lakescope/cda';
import type { JobFailureDto, JobSchemaChangeDto, JobWarningDto } from '../runs/job-findings.dto';
import type { LedgerTable } from './ledger-page';
import { storableName, storableText } from './storable';

const CODE_CHARACTERS = 100;
const FINDINGS = 100;
const WORST = { OK: 0, METRICS_MISSING: 1, MISMATCH: 2 } as const;

export function newTable(table: string): LedgerTable {
  return {
    table,
    status: 'running',
    foldersTotal: 0,
    foldersDone: 0,
    foldersFailed: 0,
    foldersSkipped: 0,
    files: 0,
    rows: 0n,
    bytes: 0n,
    bytesTotal: 0n,
    versionFrom: undefined,
    versionTo: undefined,
    fence: undefined,
    watermarks: {},
    schemaChanges: [],
    reconciliation: undefined,
    warnings: [],
    failure: undefined,
    durationMs: undefined,
  };
}

/** The first ones of each kind tell enough. */
export function keep<T>(list: T[], one: T): void {
  const text = JSON.stringify(one);
  if (list.length < FINDINGS && !list.some((known) => JSON.stringify(known) === text)) list.push(one);
}

export function worse(
  one: LedgerTable['reconciliation'],
  other: FolderResult['reconciliation'],
): FolderResult['reconciliation'] {
  return one === undefined || WORST[other] > WORST[one] ? other : one;
}

export function warningOf({ code, message }: JobWarningDto): JobWarningDto {
  return { code: storableText(code, CODE_CHARACTERS), message: storableText(message) };
}

export function failureOf({ code, message, advice }: IngestionFailure): JobFailureDto {
  return { code: storableText(code, CODE_CHARACTERS), message: storableText(message), advice: storableText(advice) };
}

/** Names and types of columns are the source's. */
export function schemaChangeOf({ column, kind, from, to }: SchemaChange): JobSchemaChangeDto {
  return {
    column: storableText(column),
    kind,
    from: from === undefined ? null : storableText(from),
    to: storableText(to),
  };
}

/** As the rows of a job name the folder. */
export function refOf({ table, fingerprint, folder }: FolderRef): FolderRef {
  return { table: storableName(table), fingerprint: storableName(fingerprint), folder };
}

/** Tells folders of a job apart. */
export function keyOf({ table, fingerprint, folder }: FolderRef): string {
  return JSON.stringify([table, fingerprint, folder]);
}

export function nameOf({ fingerprint, folder }: FolderRef): string {
  return `${fingerprint}/${folder}`;
}
