import { Client, type ClientConfig } from 'pg';
import { defaults } from './defaults';

/** One session of the background pool: as the system, and impatient. */
export class BackgroundClient extends Client {
  private isOpen = false;

  constructor(config: ClientConfig) {
    // Options hide the password from being copied.
    super({ ...config, password: config.password });
    this.once('connect', () => (this.isOpen = true));
    // Whoever works with the session hears of a broken line by the statement under way, or by the next; an event that nobody listens to
    // would end the process.
    this.on('error', () => undefined);
  }

  /** Settings of the session, by statement and not by start-up parameters: gateways and poolers may refuse parameters they do not know. */
  async prepare(): Promise<void> {
    const { statementTimeoutMs, lockTimeoutMs } = defaults.background;
    await this.query(
      `SELECT set_config('search_path', $1, false), set_config('statement_timeout', $2, false),
              set_config('lock_timeout', $3, false), set_config('idle_in_transaction_session_timeout', $2, false),
              set_config('timezone', 'UTC', false), set_config('lakescope.system', 'on', false)`,
      [defaults.schema, String(statementTimeoutMs), String(lockTimeoutMs)],
    );
  }

  /** Ends the session at once: a polite end waits for a server that may be gone. */
  destroy(): void {
    // Before it is open, only the broken stream tells whoever waits for it.
    if (this.isOpen) void this.end();
    (this.connection as unknown as { stream: { destroy(): void } }).stream.destroy();
  }
}
