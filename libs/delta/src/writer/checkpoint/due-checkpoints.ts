import { messageOf } from '../../errors';
import type { DeltaTable } from '../../table/delta-table';
import type { CheckpointWriter } from './checkpoint-writer';

/** PROTOCOL.md leaves it to writers; this is what Spark does. */
const DEFAULT_INTERVAL = 10;

/** A checkpoint that was due after a commit and could not be made. */
export interface CheckpointFailure {
  location: string;
  version: number;
  error: unknown;
}

/**
 * Checkpoints that fall due with commits. A commit has succeeded before and does not wait: a checkpoint that cannot be made costs readers
 * time and nothing else. They are made one after another, because each of them reads a whole table's log.
 */
export class DueCheckpoints {
  private queue: Promise<void> = Promise.resolve();

  constructor(
    readonly writer: CheckpointWriter,
    private readonly failed: (failure: CheckpointFailure) => void = warn,
  ) {}

  /** `properties` are those of the version before the commit; `delta.checkpointInterval` says how many commits lie between two. */
  afterCommit(
    table: Pick<DeltaTable, 'storage' | 'snapshot'>,
    version: number,
    properties: Readonly<Record<string, string>>,
  ): void {
    if (version % intervalOf(properties) !== 0) return;
    const work = async (): Promise<void> => {
      try {
        await this.writer.write(table.storage, await table.snapshot({ version }));
      } catch (error) {
        this.failed({ location: table.storage.location, version, error });
      }
    };
    this.queue = this.queue.then(work, work);
  }

  settled(): Promise<void> {
    return this.queue;
  }
}

function intervalOf(properties: Readonly<Record<string, string>>): number {
  const interval = Number(properties['delta.checkpointInterval'] ?? DEFAULT_INTERVAL);
  return Number.isSafeInteger(interval) && interval > 0 ? interval : DEFAULT_INTERVAL;
}

function warn({ location, version, error }: CheckpointFailure): void {
  process.emitWarning(
    `No checkpoint of version ${version} of ${location}: ${messageOf(error)}`,
    'DeltaCheckpointWarning',
  );
}
