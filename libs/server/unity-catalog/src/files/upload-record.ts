import type { UploadedPart } from '@lakescope/databricks-client';

/** What is kept of an upload in parts. */
export interface UploadRecord {
  readonly id: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly partSizeBytes: number;
  readonly overwrite: boolean;
  /** Condition on what is replaced, as an If-Match header. */
  readonly ifMatch: string | undefined;
  readonly status: 'open' | 'complete';
  /** When somebody first asked for the file to be put together. */
  readonly completingSince: Date | undefined;
  /** What storage calls each part that it has, by number. */
  readonly etags: ReadonlyMap<number, string>;
  readonly expiresAt: Date;
}

export function partCountOf({ sizeBytes, partSizeBytes }: Pick<UploadRecord, 'sizeBytes' | 'partSizeBytes'>): number {
  return Math.max(1, Math.ceil(sizeBytes / partSizeBytes));
}

/** Undefined: there is no such part. */
export function partBytesOf(
  record: Pick<UploadRecord, 'sizeBytes' | 'partSizeBytes'>,
  part: number,
): number | undefined {
  const count = partCountOf(record);
  if (part < 1 || part > count) return undefined;
  return part < count ? record.partSizeBytes : record.sizeBytes - (count - 1) * record.partSizeBytes;
}

export function missingParts(record: UploadRecord): number[] {
  const numbers = Array.from({ length: partCountOf(record) }, (_, index) => index + 1);
  return record.status === 'complete' ? [] : numbers.filter((part) => !record.etags.has(part));
}

export function uploadedParts({ etags }: UploadRecord): UploadedPart[] {
  return [...etags].map(([part_number, etag]) => ({ part_number, etag }));
}
