import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Add {
  readonly path: string;
  readonly stats: string;
}

/** A commit as it lies in the log, told without any of our readers. */
export interface RawCommit {
  readonly version: number;
  /** `fingerprint/ms` of the folder it holds; undefined for commits of others. */
  readonly folder: string | undefined;
  readonly adds: readonly { readonly path: string; readonly rows: number }[];
  readonly removes: readonly string[];
  readonly transactions: ReadonlyMap<string, number>;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[] | undefined;
}

type Action = Partial<{
  commitInfo: { cdaFolder?: string; cdaFingerprint?: string };
  add: Add;
  remove: { path: string };
  txn: { appId: string; version: number };
  metaData: { schemaString: string };
}>;

/** All commits of a table, none of them cleaned up yet. Empty where there is no table. */
export function rawLog(table: string): RawCommit[] {
  const folder = join(table, '_delta_log');
  const names = readdirSync(folder, { withFileTypes: true }).map(({ name }) => name);
  const commits = names.filter((name) => /^\d{20}\.json$/.test(name)).sort();
  return commits.map((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
    return commitOf(
      Number(name.slice(0, 20)),
      lines.map((line) => JSON.parse(line) as Action),
    );
  });
}

function commitOf(version: number, actions: readonly Action[]): RawCommit {
  const info = actions.find(({ commitInfo }) => commitInfo !== undefined)?.commitInfo;
  const metadata = actions.find(({ metaData }) => metaData !== undefined)?.metaData;
  const { fields } = JSON.parse(metadata?.schemaString ?? '{}') as {
    fields?: { name: string; type: string; nullable: boolean }[];
  };
  return {
    version,
    folder: info?.cdaFolder === undefined ? undefined : `${info.cdaFingerprint}/${info.cdaFolder}`,
    adds: actions.flatMap(({ add }) => (add === undefined ? [] : [{ path: add.path, rows: rowsOf(add) }])),
    removes: actions.flatMap(({ remove }) => (remove === undefined ? [] : [remove.path])),
    transactions: new Map(actions.flatMap(({ txn }) => (txn === undefined ? [] : [[txn.appId, txn.version] as const]))),
    columns: fields,
  };
}

function rowsOf({ stats }: Add): number {
  return (JSON.parse(stats) as { numRecords: number }).numRecords;
}

/** The files of the newest version, by the plainest replay there is. */
export function currentFiles(table: string, commits: readonly RawCommit[]): string[] {
  const paths = new Set<string>();
  for (const { adds, removes } of commits) {
    for (const path of removes) paths.delete(path);
    for (const { path } of adds) paths.add(path);
  }
  return [...paths].map((path) =>
    path.startsWith('file:') ? fileURLToPath(path) : join(table, decodeURIComponent(path)),
  );
}
