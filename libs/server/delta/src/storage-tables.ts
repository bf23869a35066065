import { DeltaError, DeltaTable, type Storage } from '@lakescope/delta';
import { Slots } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { defaults } from './defaults';
import { TableProblem } from './delta.errors';
import { LazyDeltaEngine } from './lazy-delta-engine';

/**
 * Tables that are read from their storage. Each reading lists the table's log with the caller's rights before anything that is cached can
 * answer, so a right that was taken away is gone with the next request.
 */
@Injectable()
export class StorageTables {
  /** For reading rows, footers and whole lists of files. */
  private readonly slots = new Slots(defaults.concurrentReads);

  constructor(private readonly engine: LazyDeltaEngine) {}

  /** Opens the table for some work; what the library cannot do is said in the words of the API. */
  async read<T>(storage: Storage, signal: AbortSignal, work: (table: DeltaTable) => Promise<T>): Promise<T> {
    return this.explained(storage, async () =>
      work(await DeltaTable.open(await this.engine.get(), storage, { signal })),
    );
  }

  /** Waits for its turn, for work that takes processors or many reads. */
  inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.slots.use(work, signal);
  }

  async explained<T>(storage: Storage, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof DeltaError ? new TableProblem(error, storage.location) : error;
    }
  }
}
