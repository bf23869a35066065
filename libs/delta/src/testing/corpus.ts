export interface CorpusTable {
  path: string;
  class: string;
  version: number;
  files: number;
  bytes: bigint;
  rows: bigint | undefined;
  expectation: string;
  /** Folder of parquet files with the rows of the latest version, where the table's source published them. */
  expected?: string;
  /** Where the table believes it is, when its log has absolute paths. */
  location?: string;
}

export interface CorpusVersion {
  path: string;
  version: number;
  files: number;
  bytes: bigint;
  rows: bigint | undefined;
  /** When the file of the commit was written, and the time the version has; epoch milliseconds. */
  fileTime?: number;
  commitTime?: number;
  /** Rows before those that are written down as expected. */
  expectedFrom?: number;
}

/** INDEX.tsv of a corpus: one table a line. */
export function parseIndex(text: string): CorpusTable[] {
  return records(text).map((record) => ({
    path: record['table'] ?? '',
    class: record['class'] ?? '',
    version: Number(record['expected_version']),
    files: Number(record['active_files']),
    bytes: BigInt(record['active_bytes'] || 0),
    rows: count(record['expected_rows']),
    expectation: record['expectation'] ?? '',
    ...(record['expected_results'] ? { expected: record['expected_results'] } : {}),
    ...(record['location'] ? { location: record['location'] } : {}),
  }));
}

/** VERSIONS.tsv of a corpus: every version that can be rebuilt. */
export function parseVersions(text: string): CorpusVersion[] {
  return records(text).map((record) => ({
    path: record['table'] ?? '',
    version: Number(record['version']),
    files: Number(record['active_files']),
    bytes: BigInt(record['active_bytes'] || 0),
    rows: count(record['rows_from_log']),
    ...numbers({
      fileTime: record['file_time'],
      commitTime: record['commit_time'],
      expectedFrom: record['expected_from'],
    }),
  }));
}

function numbers<Name extends string>(texts: Record<Name, string | undefined>): Partial<Record<Name, number>> {
  const given = Object.entries<string | undefined>(texts).filter(([, text]) => text !== undefined && text !== '');
  return Object.fromEntries(given.map(([name, text]) => [name, Number(text)])) as Partial<Record<Name, number>>;
}

function records(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.split('\n').filter((line) => line !== '');
  const names = header.split('\t');
  return lines.map((line) => {
    const values = line.split('\t');
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  });
}

function count(text: string | undefined): bigint | undefined {
  return text === undefined || text === '' ? undefined : BigInt(text);
}
