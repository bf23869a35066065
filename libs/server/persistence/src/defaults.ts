/** Every number of the database connection in one place. */
export const defaults = {
  schema: 'lakescope',
  migrationsTable: 'schema_migrations',
  poolSize: 20,
  /** Waiting for a connection, whether it becomes free or has to be opened. */
  acquireTimeoutMs: 30_000,
  /** Opening one connection, login included: a Lakebase that sleeps is woken by it. */
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 30_000,
  /** Less than the hour a credential lives, so that every session was opened with one that is not long dead. */
  maxLifetimeSeconds: 45 * 60,
  /** Longest statement of a transaction that asks for nothing else; the server enforces it. */
  statementTimeoutMs: 10_000,
  /** So much later than the server the client gives up: only a connection that has gone silent gets this far. */
  silenceMarginMs: 2_500,
  /** What takes the server no time at all (opening a transaction, a probe) is answered by then, or the line is dead. */
  trivialTimeoutMs: 5_000,
  /** A statement of a migration, a backup or a restore. */
  maintenanceTimeoutMs: 30 * 60_000,
  keepAliveAfterMs: 10_000,
  /** While the server is silent, so often somebody may try a new connection; everybody else is told at once. */
  silentRetryMs: 750,

  /** The pool of the app's own work, which must neither wait for people nor make them wait. */
  background: {
    poolSize: 2,
    /** Waiting for a connection, and opening one. */
    connectTimeoutMs: 5_000,
    /** Longest statement; the server enforces it. */
    statementTimeoutMs: 10_000,
    /** A statement that is not answered by then counts as lost, and its connection is cut. */
    silenceMs: 5_000,
    lockTimeoutMs: 2_000,
  },

  /** Waits before another connection is taken because the one before was dead: mostly stale ones, sometimes a server that goes down. */
  lostRetryMs: [0, 0, 50, 200, 500],
  /** How often the work of one transaction is begun at most. */
  transactionAttempts: 4,
  /** Waits before the second, third and fourth attempt, by chance half as long again or half as short: who collided must not meet again. */
  transactionRetryMs: [0, 50, 250],
  /** No attempt begins later than this after the first one. */
  transactionBudgetMs: 15_000,
  /** Waits before asking again for a server that has no connection free or is starting up. */
  busyRetryMs: [100, 400],
  /** Asking whether a transaction happened whose end was not heard; the last wait repeats until the patience ends. */
  outcomePollMs: [0, 50, 100, 250],
  outcomePatienceMs: 3_000,

  /** Waits before the second, third and fourth attempt to mint a credential. */
  credentialRetryMs: [50, 500, 5_000],
  credentialBudgetMs: 15_000,
  /** How long before its end a credential is renewed: a third of its life, at most this. */
  credentialLeadMs: 10 * 60_000,
  /** Up to this share of the lead is taken off at random, so that replicas do not ask all at once. */
  credentialJitter: 0.2,
  /** After a renewal that failed, the next one waits so long, or a third of what is left when that is shorter. */
  credentialRenewalPauseMs: 30_000,
  /** A credential that was minted because of a refused login and is refused in turn so soon is not replaced again. */
  credentialRefusalPauseMs: 5_000,
  /** Bounds of a life that has to be measured by our own clock. The platform issues credentials for 5 minutes to an hour. */
  credentialShortestLifeMs: 60_000,
  credentialTypicalLifeMs: 60 * 60_000,
  credentialLongestLifeMs: 24 * 60 * 60_000,

  /** Start-up: waits between attempts to connect; the last one repeats. */
  connectBackoffMs: [100, 250, 500, 1_000],
  /** Start-up: waits between attempts to migrate, where time alone seldom helps; the last one repeats. */
  migrateBackoffMs: [250, 1_000, 5_000, 10_000, 30_000],
  migrationLockPollMs: 200,
  /** A migration that waits for a lock holds up everybody behind it. */
  migrationLockTimeoutMs: 10_000,
  /** Stopping: what is under way gets so long before its connection is cut. */
  closePatienceMs: 400,
  /** Seconds a client is told to wait when the database cannot be reached. */
  retryAfterSeconds: 5,

  historyIntervalSeconds: 10,
  historyIntervals: 360,
} as const;
