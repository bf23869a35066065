/** What is known of a file's content without reading it. */
export interface FileVersion {
  readonly sizeBytes: number;
  /** Epoch milliseconds; listings tell them, headers whole seconds. */
  readonly lastModified: number | undefined;
}

/**
 * The platform's files have no entity tag; size and time change whenever the content does, within the second that headers tell of. In
 * seconds, so that a file has the same tag wherever it is met.
 */
export function etagOf({ sizeBytes, lastModified }: FileVersion): string {
  return `"${sizeBytes.toString(36)}-${Math.floor((lastModified ?? 0) / 1000).toString(36)}"`;
}
