const MIB = 1024 ** 2;

/** Every number of reading and writing files in one place. */
export const limits = {
  /** Of a file (Files API 2.0). */
  fileBytes: 5 * 1024 * MIB,
  /** One request: a whole small file, or one part. */
  requestBytes: 16 * MIB,
  /** A part as we ask for it: what is lost by a cut is small, and storage wants 5 MiB at least. */
  partBytes: 8 * MIB,
  /** An upload that is not touched for so long has ended. */
  uploadHours: 24,
  /** So many at once of one person. */
  openUploads: 100,
  /** Of those that have ended without anybody's word, so many are given up at the platform at once. */
  sweptAtOnce: 5,
  /** Longer than putting the parts of a file together may take. */
  claimSeconds: 6 * 60,
  /** How many entries of a directory are counted at most to say what is in the way of deleting it. */
  countedEntries: 10_000,
  /** How long a link to a file works. */
  downloadLinkMs: 15 * 60_000,
  previewBytes: 256 * 1024,
  /** Of rows as JSON. */
  previewRowBytes: MIB,
  previewRows: 100,
  previewColumns: 200,
} as const;
