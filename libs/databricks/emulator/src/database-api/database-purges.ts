/** Drops the databases whose names end in this, with the sessions in them. */
export type DropDatabases = (suffix: string) => Promise<void>;

/** What becomes of the data of instances and branches that are deleted for good: whoever keeps it says how it is dropped. */
export class DatabasePurges {
  private readonly drops = new Set<DropDatabases>();

  /** Answers how to be told no more. */
  whenPurged(drop: DropDatabases): () => void {
    this.drops.add(drop);
    return () => void this.drops.delete(drop);
  }

  /** Resolves when the databases are gone. The default ones, which have no suffix, belong to `npm start` and stay. */
  async purge(suffix: string): Promise<void> {
    if (suffix !== '') await Promise.all([...this.drops].map((drop) => drop(suffix)));
  }
}
