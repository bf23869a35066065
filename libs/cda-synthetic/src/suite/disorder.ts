/** What goes wrong in real buckets, by name. `@table` behind a name says where; otherwise the seed chooses. */
export const DISORDERS = [
  /** An update lies in an earlier folder than the insert of its row. */
  'update-before-insert',
  /** An older update of a row lies in a later folder than its delete. */
  'late-row-after-delete',
  /** Folders of a new schema have lower numbers than some of the old one. */
  'interleaved-fingerprints',
  'added-column',
  'dropped-column',
  'widened-type',
  /** A column becomes text: what no table can follow. */
  'incompatible-type',
  /** A whole folder newer than the manifest says. */
  'past-the-fence',
  /** The newest folder has no `_SUCCESS` and a file that is cut off; the next step writes it whole. */
  'half-written',
  'missing-metrics',
  'wrong-metrics',
  /** A folder without any parquet file. */
  'empty-folder',
  /** A folder with the changes of the one before it. */
  'duplicate-folder',
  /** The manifest says less than it said in an earlier step. */
  'manifest-rollback',
  /** A new schema, and those before it are no longer in the manifest. */
  'pruned-fingerprint',
  /** 1,001 folders more than the table would have had. */
  'many-folders',
  /** A count of rows beyond 2^31. */
  'huge-record-count',
  /** A file that is cut off, in a folder that says it is complete. */
  'truncated-file',
  /** Folders and files whose names are no time. */
  'non-numeric-folder',
] as const;

export type Disorder = (typeof DISORDERS)[number];

/** `added-column` or `added-column@cc_claim`. */
export type DisorderAt = Disorder | `${Disorder}@${string}`;

/** Takes the text apart; throws InvalidSynthetic for what is none. */
export function parseDisorder(text: string): { name: Disorder; table: string | undefined } {
  const [word = '', table] = text.split('@', 2);
  const name = DISORDERS.find((known) => known === word);
  if (name === undefined) throw new InvalidSynthetic(`There is no disorder ${word}; there are ${DISORDERS.join(', ')}`);
  return { name, table };
}

/** The request for synthetic data makes no sense; the message says what would. */
export class InvalidSynthetic extends Error {}
