/** Up to here a file goes in one request: 16 MiB. */
export const SINGLE_REQUEST_BYTES = 16 * 1024 * 1024;
/** The largest file the platform's files interface takes: 5 GiB. */
export const LARGEST_FILE_BYTES = 5 * 1024 * 1024 * 1024;

/** How a file is cut, as the server said when the session began. */
export interface PartLayout {
  readonly sizeBytes: number;
  readonly partSizeBytes: number;
  readonly partCount: number;
}

/** Parts are numbered from 1. */
export function partRange({ sizeBytes, partSizeBytes }: PartLayout, part: number): { start: number; end: number } {
  const start = (part - 1) * partSizeBytes;
  return { start, end: Math.min(sizeBytes, start + partSizeBytes) };
}

export function missingParts({ partCount }: PartLayout, received: readonly number[]): number[] {
  const there = new Set(received);
  return Array.from({ length: partCount }, (_, index) => index + 1).filter((part) => !there.has(part));
}

/** How many bytes the server already has. */
export function receivedBytes(layout: PartLayout, received: readonly number[]): number {
  return received.reduce((sum, part) => {
    const { start, end } = partRange(layout, part);
    return sum + Math.max(0, end - start);
  }, 0);
}
