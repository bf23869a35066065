/** Every number of the database connection in one place. */
export const defaults = {
  schema: 'lakescope',
  migrationsTable: 'schema_migrations',
  poolSize: 20,
  /** Waiting for a free connection and opening a new one together. */
  acquireTimeoutMs: 30_000,
  idleTimeoutMs: 30_000,
  /** Less than the hour a credential lives, so that every session was opened with one that is not long dead. */
  maxLifetimeSeconds: 45 * 60,
  statementTimeoutMs: 30_000,
  /** The client gives up later than the server: only a connection that has gone silent gets this far. */
  silenceTimeoutMs: 35_000,
  keepAliveAfterMs: 10_000,

  /** Waits before the second, third and fourth attempt to mint a credential. */
  credentialRetryMs: [50, 500, 5_000],
  /** How long before its end a credential is renewed: a third of its life, at most this. */
  credentialLeadMs: 10 * 60_000,
  /** Up to this share of the lead is taken off at random, so that replicas do not ask all at once. */
  credentialJitter: 0.2,

  /** Start-up: waits between attempts to connect and migrate; the last one repeats. */
  startBackoffMs: [250, 500, 1_000, 2_000, 5_000, 10_000, 30_000],
  migrationLockPollMs: 200,
  /** Seconds a client is told to wait when the database cannot be reached. */
  retryAfterSeconds: 5,
} as const;
