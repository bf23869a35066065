const WINDOW_MS = 5000;
/** Below this a rate is chance. */
const SHORTEST_MS = 500;

/** How fast bytes go, over the last seconds: a rate since the beginning would still praise what has long stopped. */
export class TransferRate {
  private samples: { at: number; bytes: number }[] = [];

  /** `bytes`: how many have gone so far, which a part that was cut can also make fewer. */
  note(bytes: number, now: number): void {
    if ((this.samples.at(-1)?.bytes ?? 0) > bytes) this.samples = [];
    this.samples.push({ at: now, bytes });
    // The newest of the old ones stays: the window begins there.
    while (this.samples.length > 2 && (this.samples[1]?.at ?? now) < now - WINDOW_MS) this.samples.shift();
  }

  /** Bytes a second; undefined before there is anything to tell. */
  bytesPerSecond(now: number): number | undefined {
    const [first] = this.samples;
    const last = this.samples.at(-1);
    if (!first || !last || now - first.at < SHORTEST_MS) return undefined;
    return ((last.bytes - first.bytes) / (now - first.at)) * 1000;
  }
}

/** Seconds until the rest has gone at this rate; undefined when it would never. */
export function secondsLeft(bytes: number, bytesPerSecond: number | undefined): number | undefined {
  return bytesPerSecond ? Math.ceil(bytes / bytesPerSecond) : undefined;
}
