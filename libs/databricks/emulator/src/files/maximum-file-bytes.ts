/** What one call may write: 5 GiB (Files API 2.0, limits; Amazon S3 has the same for a part). */
export const MAXIMUM_FILE_BYTES = 5 * 1024 ** 3;
