import { Client, type ClientConfig } from 'pg';
import { defaults } from './defaults';

/** One session with the server, as the pool opens them. */
export class LakebaseClient extends Client {
  /**
   * Which run of the server this is: changes when it was started anew, and when it recovered from a crash, from where on transaction ids
   * that were given out before may be given out again (statistics are discarded then, which moves their reset time).
   */
  incarnation: string | undefined;

  private isOpen = false;
  declare private readonly connectionParameters: { query_timeout: number };

  constructor(config: ClientConfig) {
    // The pool knows one limit for waiting and for connecting; a server that does not answer is given up sooner than a busy pool.
    // Its options hide the password from being copied.
    super({ ...config, password: config.password, connectionTimeoutMillis: defaults.connectTimeoutMs });
    this.once('connect', () => (this.isOpen = true));
  }

  /** Settings of the session, by statement and not by start-up parameters: gateways and poolers may refuse parameters they do not know. */
  async prepare(): Promise<void> {
    const { rows } = await this.query<{ incarnation: string }>(
      `SELECT set_config('search_path', $1, false), set_config('statement_timeout', $2, false),
              set_config('idle_in_transaction_session_timeout', $3, false), set_config('timezone', 'UTC', false),
              concat_ws('/', pg_postmaster_start_time(), (SELECT stats_reset FROM pg_stat_bgwriter)) AS incarnation`,
      [defaults.schema, String(defaults.statementTimeoutMs), String(silenceAfter(defaults.statementTimeoutMs))],
    );
    this.incarnation = rows[0]?.incarnation;
  }

  /** From now on a statement that is answered later than the server should have given it up fails, and the line counts as silent. */
  expectAnswersWithin(statementTimeoutMs: number): void {
    this.connectionParameters.query_timeout = silenceAfter(statementTimeoutMs);
  }

  /** What the server says it has done, statement by statement, while the work runs (CommandComplete of the frontend/backend protocol). */
  async answersTo(work: () => Promise<void>): Promise<string[]> {
    const answers: string[] = [];
    const hear = ({ text }: { text: string }): void => void answers.push(text);
    const connection = this.connection as unknown as NodeJS.EventEmitter;
    connection.on('commandComplete', hear);
    try {
      await work();
    } finally {
      connection.off('commandComplete', hear);
    }
    return answers;
  }

  /** Ends the session at once: a polite end waits for a server that may be gone. The pool takes it back no more. */
  destroy(): void {
    // Before it is open, only the broken stream tells whoever waits for it.
    if (this.isOpen) void this.end();
    (this.connection as unknown as { stream: { destroy(): void } }).stream.destroy();
  }
}

export function silenceAfter(statementTimeoutMs: number): number {
  return statementTimeoutMs + defaults.silenceMarginMs;
}
