/** Every number of the client in one place. */
export const defaults = {
  /** Sockets per host; the platform itself limits concurrency per user long before this. */
  connections: 64,
  /** Sockets for invocations and streams of models, which last long and are many. */
  inferenceConnections: 512,
  connectTimeoutMs: 5_000,
  keepAliveMs: 30_000,
  /** One call, its retries included. */
  callDeadlineMs: 30_000,
  /** Putting the parts of an upload together. */
  completionDeadlineMs: 300_000,
  /** So much of an answer lies in memory before its reader has to take it. */
  streamBufferBytes: 256 * 1024,
  /** A file that is no longer than this is read whole, which costs less than to stream it. */
  wholeBodyBytes: 64 * 1024,
  /** A stream that delivers nothing for this long is given up. */
  streamIdleMs: 60_000,
  /** How long a link to storage works; whoever asks for one uses it soon, and whoever finds it later must not. */
  signedLinkMs: 15 * 60_000,
  /** An error body is read for its message, so a few kilobytes of it are enough. */
  errorBodyBytes: 64 * 1024,
  /** A JSON answer larger than this is no list page of the platform. */
  jsonBodyBytes: 32 * 1024 * 1024,
  /** What a model may answer: images and embeddings of a whole batch fit. */
  predictionBytes: 64 * 1024 * 1024,
  /** Logs and metrics of an endpoint, its OpenAPI document. */
  endpointTextBytes: 8 * 1024 * 1024,
  /** The answer of a statement: INLINE ends at 25 MiB, and takes a third more in Base64 and some for quotes. */
  statementBytes: 64 * 1024 * 1024,
  /** A listing that goes on after so many pages is taken for a loop. */
  maxPages: 10_000,
  /** An app token is renewed this long before it expires, as the official SDKs do (40 s). */
  appTokenRefreshBeforeMs: 40_000,
  /**
   * When calls are stopped because nothing answers. More failures than the four tries of one call, so that no single call opens it; a
   * probe each second, so that people notice within two that the platform is back, and so that probes into a host that swallows them
   * (30 s each) leave half of the connections free.
   */
  circuit: { failures: 10, windowMs: 10_000, probeEveryMs: 1_000 },
  /** Circuits that are kept. */
  circuits: 1_000,
  /** What the platform says is shown to people: a longer text is somebody's stack trace or page. */
  messageCharacters: 500,
} as const;
