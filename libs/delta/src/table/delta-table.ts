import type { Storage } from '../storage/storage';
import type { DeltaEngine } from './delta-engine';
import type { HistoryPage, Snapshot } from './snapshot';

export interface TimeTravel {
  version?: number;
  /** The newest version committed at or before this time. */
  timestamp?: Date;
}

/** A Delta table at the root of a storage, seen with that storage's rights. */
export class DeltaTable {
  private constructor(
    readonly engine: DeltaEngine,
    readonly storage: Storage,
  ) {}

  static async open(engine: DeltaEngine, storage: Storage, options?: { signal?: AbortSignal }): Promise<DeltaTable> {
    options?.signal?.throwIfAborted();
    return new DeltaTable(engine, storage);
  }

  async snapshot(at?: TimeTravel, options?: { signal?: AbortSignal }): Promise<Snapshot> {
    throw new Error(`The log of ${this.storage.location} cannot be read yet ${String(at)} ${String(options)}`);
  }

  async history(options?: { limit?: number; before?: number; signal?: AbortSignal }): Promise<HistoryPage> {
    throw new Error(`The log of ${this.storage.location} cannot be read yet ${String(options)}`);
  }
}
