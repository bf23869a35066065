/** A data file of a micro-batch, wherever a table has it. */
export interface FolderFile {
  /** `<fingerprint>/<folder>`. */
  readonly folder: string;
  readonly name: string;
}

/** The names of folders: epoch milliseconds since 2001. */
const FOLDER = /^([^/]+)\/([1-9]\d{12})\/(.+)$/;

/** Copies after a rebuild have a place of their own, above the folders of fingerprints. */
const REBUILT = /^rebuild-[1-9]\d*\/(?=[^/]+\/[1-9]\d{12}\/)/;

/** The end of a path that names a file of a micro-batch. */
const REFERRED = /\/([^/]+\/[1-9]\d{12}\/[^/]+)$/;

/** A path below a table's folder as the file of a micro-batch; undefined for everything else. */
export function folderFile(path: string): FolderFile | undefined {
  const match = FOLDER.exec(path);
  return match === null ? undefined : { folder: `${match[1] ?? ''}/${match[2] ?? ''}`, name: match[3] ?? '' };
}

/**
 * Where the files of one table may be: in its own folder (copied) or in its folder of the source (referred to). A path of the log, whichever
 * way it is written, becomes one key, so that the same file is the same in either mode.
 */
export class FilePlaces {
  private readonly roots: readonly string[];

  /** The location of the table, and its folder in the source, as URIs or local paths. */
  constructor(table: string, source: string) {
    this.roots = [table, source].map((root) => `${plain(root).replace(/\/+$/, '')}/`);
  }

  /** `<fingerprint>/<folder>/<file>` for files of micro-batches, wherever they are referred to; the path itself for those of others. `path` is decoded. */
  key(path: string): string {
    const absolute = plain(path);
    const root = this.roots.find((candidate) => absolute.startsWith(candidate));
    if (root !== undefined) return absolute.slice(root.length).replace(REBUILT, '');
    // Data that was copied elsewhere, or is called otherwise now: older versions go on referring to where it was.
    return (isReference(absolute) ? REFERRED.exec(absolute)?.[1] : undefined) ?? absolute.replace(REBUILT, '');
  }

  /**
   * The place of a file that a path refers to outside of both folders; undefined when it is in one of them. For files of micro-batches that
   * is where the table's are, for those of others the folder they lie in.
   */
  elsewhere(path: string): string | undefined {
    const absolute = plain(path);
    if (!isReference(absolute) || this.roots.some((root) => absolute.startsWith(root))) return undefined;
    const end = PLACE.exec(absolute)?.index ?? absolute.lastIndexOf('/');
    return absolute.slice(0, end) || '/';
  }
}

/** What comes before the folder of a fingerprint in a path that leaves the table. */
const PLACE = /(?:\/rebuild-[1-9]\d*)?\/[^/]+\/[1-9]\d{12}\/[^/]+$/;

/** Whether a path of the log leaves the table's folder. */
export function isReference(path: string): boolean {
  return /^(\/|[a-z][a-z0-9+.-]*:\/)/i.test(path);
}

/** URI references of the log are percent-encoded; a bare `%` comes from a writer that does not encode at all. */
export function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}

/** `s3`, `s3a` and `s3n` are the same store, and `file:/x`, `file:///x` and `/x` the same file. */
function plain(path: string): string {
  return path.replace(/^s3[an]:\/\//i, 's3://').replace(/^file:\/*/i, '/');
}
