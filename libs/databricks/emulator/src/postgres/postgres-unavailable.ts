/** Postgres cannot run here, or cannot go on with the data it finds; the message is one line for the person at the terminal. */
export class PostgresUnavailable extends Error {
  override readonly name = 'PostgresUnavailable';
}
