/** Every number of S3 connections and of looking into them in one place. */
export const limits = {
  /** Of one person. */
  connections: 50,
  nameCharacters: 100,
  /** A key of an object (S3 User Guide, "Naming Amazon S3 objects"): bytes of UTF-8. */
  keyBytes: 1024,
  /** How long a link works unless it was asked otherwise, and at most. */
  linkSeconds: 900,
  longestLinkSeconds: 3600,
  /** Sockets to one endpoint, whoever uses it. */
  sockets: 50,
  connectMs: 5_000,
  /** Without a byte on the line. */
  idleMs: 30_000,
  /** The first try included. */
  attempts: 4,
  /** Whoever is throttled waits so long. */
  throttledSeconds: 5,
  /** Clients are kept for connections in use, with what they have learnt of the storage's clock. */
  keptClients: 200,
  clientMs: 10 * 60_000,
  /** That a connection is in use is noted so often. */
  noteUseMs: 24 * 60 * 60_000,
  /** Of what storage says of an error. */
  sayingCharacters: 300,
} as const;
