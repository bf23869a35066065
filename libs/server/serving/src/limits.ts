const MIB = 1024 * 1024;

/** Every number of the module in one place; an injection token, so that a test may shorten a time. */
export class ServingLimits {
  /** What the platform takes for a model of one's own. */
  readonly customInputBytes: number = 16 * MIB;
  /** What it takes for foundation and external models and for agents. */
  readonly languageInputBytes: number = 4 * MIB;
  /** Bodies larger than this are held in memory only so many at once. */
  readonly largeBodyBytes: number = MIB;
  readonly largeBodies: number = 8;
  /** Of these one person has so many at most: whoever sends slowly is in nobody else's way. */
  readonly largeBodiesPerPerson: number = 3;
  /** So long a large body waits for its place. */
  readonly largeBodyWaitMs: number = 10_000;
  readonly longestTimeoutSeconds: number = 100;
  /** The platform waits no longer for a model; what is answered later is not bound by the proxy. */
  readonly longestAsyncSeconds: number = 297;
  /** How often an invocation is tried anew, with these waits before (half of each by chance). */
  readonly retryDelaysMs: readonly number[] = [200, 600, 1_800];
  /** When the platform does not say when a model is awake. */
  readonly wakeSeconds: number = 10;
  /** A detection, with all that it asks. */
  readonly detectionMs: number = 5_000;
  /** Waits of a detection that is asking too often. */
  readonly detectionBackOffMs: readonly number[] = [2_000, 4_000, 8_000];
  /** So long what was found out about an endpoint is taken for a person's next requests. */
  readonly rememberedMs: number = 60_000;
  /** The platform's proxy cuts a response at 300 s. */
  readonly streamMs: number = 240_000;
  readonly heartbeatMs: number = 15_000;
  /** A model that says nothing for so long has stalled. */
  readonly stallMs: number = 60_000;
  /** So much may wait for a slow reader. */
  readonly readerBytes: number = 256 * 1024;

  constructor(overrides: Partial<ServingLimits> = {}) {
    Object.assign(this, overrides);
  }
}

/** What surrounds the inputs in a body. */
export const ENVELOPE_BYTES = 64 * 1024;
/** The largest body a route of models takes. */
export const BODY_BYTES = 16 * MIB + ENVELOPE_BYTES;
