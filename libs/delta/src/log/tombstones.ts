import type { Tombstones } from '../table/snapshot';
import { fileKey, type Actions } from './actions';

/** PROTOCOL.md, "delta.deletedFileRetentionDuration": a week unless the table says otherwise. */
const DEFAULT_RETENTION = 'interval 1 week';

const MILLISECONDS: ReadonlyMap<string, number> = new Map([
  ['microsecond', 0.001],
  ['millisecond', 1],
  ['second', 1_000],
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
  ['week', 604_800_000],
]);

/** Milliseconds a removed file is kept for readers of older versions. What cannot be read as an interval counts as the default. */
export function retentionOf(properties: Readonly<Record<string, string>>): number {
  return (
    milliseconds(properties['delta.deletedFileRetentionDuration'] ?? DEFAULT_RETENTION) ??
    milliseconds(DEFAULT_RETENTION) ??
    0
  );
}

/** `interval 1 day 12 hours`, with or without the first word; months and years have no fixed length, so they are none. */
function milliseconds(text: string): number | undefined {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/^interval\s+/, '')
    .split(/\s+/);
  if (words.length === 0 || words.length % 2 !== 0) return undefined;
  let total = 0;
  for (let index = 0; index < words.length; index += 2) {
    const count = Number(words[index]?.replace(/^'|'$/g, ''));
    const unit = MILLISECONDS.get((words[index + 1] ?? '').replace(/'$/, '').replace(/s$/, ''));
    if (!Number.isFinite(count) || unit === undefined) return undefined;
    total += count * unit;
  }
  return total;
}

export interface RemovedEntry {
  /** Epoch milliseconds. */
  deletedAt: number;
  sizeBytes: number;
}

/** Adds up removed files; those removed at or before `since` are past the retention. */
export class TombstoneTotals {
  private count = 0;
  private bytes = 0n;
  private oldest: number | undefined;
  private expiredCount = 0;
  private expiredBytes = 0n;

  constructor(private readonly since: number) {}

  add({ deletedAt, sizeBytes }: RemovedEntry): void {
    const isKept = deletedAt > this.since;
    this.addMany({
      kept: { count: isKept ? 1 : 0, bytes: isKept ? BigInt(sizeBytes) : 0n },
      expired: { count: isKept ? 0 : 1, bytes: isKept ? 0n : BigInt(sizeBytes) },
      oldest: isKept ? deletedAt : undefined,
    });
  }

  addMany(many: {
    kept: { count: number; bytes: bigint };
    expired: { count: number; bytes: bigint };
    /** Of the kept ones. */
    oldest: number | undefined;
  }): void {
    this.count += many.kept.count;
    this.bytes += many.kept.bytes;
    this.expiredCount += many.expired.count;
    this.expiredBytes += many.expired.bytes;
    if (many.oldest !== undefined && (this.oldest === undefined || many.oldest < this.oldest)) {
      this.oldest = many.oldest;
    }
  }

  get totals(): Tombstones {
    return {
      count: this.count,
      bytes: this.bytes,
      ...(this.oldest === undefined ? {} : { oldest: new Date(this.oldest) }),
      expired: { count: this.expiredCount, bytes: this.expiredBytes },
    };
  }
}

/** What commits say about removed files: each file by its key, as long as nothing has added it again. */
export class RemovedFiles {
  /** Removed, or undefined where the file was added: what older files of the log say about it no longer counts. */
  readonly byKey = new Map<string, RemovedEntry | undefined>();

  /** Applies the next commit; a file that is removed and added in one stays. */
  apply(actions: Actions): void {
    for (const removed of actions.removed) {
      this.byKey.set(fileKey(removed), { deletedAt: removed.deletedAt ?? 0, sizeBytes: removed.sizeBytes ?? 0 });
    }
    for (const added of actions.added) this.byKey.set(fileKey(added), undefined);
  }
}
