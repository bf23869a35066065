/** Lets those who change the same thing do so one after the other. */
export class KeyLocks {
  private readonly tails = new Map<string, Promise<unknown>>();

  async hold<T>(key: string, act: () => Promise<T>): Promise<T> {
    const before = this.tails.get(key);
    // Whoever was before has told its own caller when it failed.
    const turn = (before ?? Promise.resolve()).then(act, act);
    this.tails.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.tails.get(key) === turn) this.tails.delete(key);
    }
  }
}
