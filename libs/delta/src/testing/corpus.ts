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
}

export interface CorpusVersion {
  path: string;
  version: number;
  files: number;
  bytes: bigint;
  rows: bigint | undefined;
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
  }));
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
