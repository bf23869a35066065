import { createHmac } from 'node:crypto';
import { DatabaseError, escapeIdentifier, escapeLiteral, Pool } from 'pg';
import { FatalResponse } from './postgres-messages';

/** The way into the real server, as an `EmbeddedPostgres` has it. */
export interface SuperuserAccess {
  readonly host: string;
  readonly port: number;
  readonly superuser: string;
  readonly password: string;
  readonly database: string;
}

// Not instance databases; nobody is given rights there.
const maintenanceDatabases = ['postgres', 'template0', 'template1'];
/** Any number will do as long as every gateway on this server uses the same: roles are made one at a time. */
const roleLock = 481_025;

/**
 * Makes the Postgres role of an identity when it first logs in, as the platform does for an app's database resource: it may
 * connect and create schemas, and it is bound by grants and row-level security like everybody else.
 */
export class DatabaseRoles {
  private readonly pool: Pool;
  private readonly databases = new Set<string>();
  private readonly ensured = new Map<string, Promise<void>>();

  constructor(private readonly server: SuperuserAccess) {
    this.pool = new Pool({
      host: server.host,
      port: server.port,
      user: server.superuser,
      password: server.password,
      database: server.database,
      ssl: false,
      max: 2,
      idleTimeoutMillis: 10_000,
      connectionTimeoutMillis: 5_000,
      // A failed statement is logged with its text, and these carry passwords.
      options: '-c log_min_error_statement=panic',
    });
    // An idle connection that breaks with the server is replaced at the next login; nothing else is lost.
    this.pool.on('error', () => undefined);
  }

  /** The role's password inside: known to the gateway alone, the same for every gateway on this server. */
  passwordOf(role: string): string {
    return createHmac('sha256', this.server.password).update(`role:${role}`).digest('base64url');
  }

  async ensure(role: string, database: string): Promise<void> {
    const key = `${role}\0${database}`;
    const known = this.ensured.get(key) ?? this.make(role, database);
    this.ensured.set(key, known);
    try {
      await known;
    } catch (cause) {
      this.ensured.delete(key);
      throw toFatal(cause);
    }
  }

  /**
   * Makes the default database of an instance or branch beside the default one's when somebody first comes to it. Databases of
   * other names are not made by coming to them.
   */
  async ensureDatabase(name: string): Promise<void> {
    if (!name.startsWith(`${this.server.database}_`) || this.databases.has(name)) return;
    try {
      await this.pool.query(`CREATE DATABASE ${escapeIdentifier(name)}`);
    } catch (cause) {
      if (!(cause instanceof DatabaseError) || !isDuplicate(cause)) throw toFatal(cause);
    }
    this.databases.add(name);
  }

  /** Drops the database of an instance or branch whose names end in this, with the sessions in it. */
  async dropDatabase(suffix: string): Promise<void> {
    const name = `${this.server.database}${suffix}`;
    await this.pool.query(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    this.databases.delete(name);
    for (const key of this.ensured.keys()) if (key.endsWith(`\0${name}`)) this.ensured.delete(key);
  }

  /** After a role changed its own password, or the data was made anew: the next login sets it up again. */
  forget(role: string, database: string): void {
    this.ensured.delete(`${role}\0${database}`);
  }

  /** Ends the sessions of everybody but the superuser, as `pg_terminate_backend` does; answers how many there were. */
  async endSessions(): Promise<number> {
    const { rows } = await this.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename <> $1 AND backend_type = $2',
      [this.server.superuser, 'client backend'],
    );
    return rows.length;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async make(role: string, database: string): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query('SELECT pg_advisory_xact_lock($1)', [roleLock]);
      const found = await client.query<{ rolsuper: boolean }>('SELECT rolsuper FROM pg_roles WHERE rolname = $1', [
        role,
      ]);
      if (found.rows[0]?.rolsuper) throw new FatalResponse('28000', `role "${role}" is reserved`);
      const verb = found.rows.length === 0 ? 'CREATE' : 'ALTER';
      await client.query(
        `${verb} ROLE ${escapeIdentifier(role)} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION
         PASSWORD ${escapeLiteral(this.passwordOf(role))}`,
      );
      const exists = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
      if (exists.rows.length > 0 && !maintenanceDatabases.includes(database)) {
        const target = escapeIdentifier(database);
        await client.query(`GRANT CONNECT, CREATE ON DATABASE ${target} TO ${escapeIdentifier(role)}`);
      }
      await client.query('COMMIT');
      client.release();
    } catch (error) {
      // Closing the connection rolls back whatever was begun.
      client.release(true);
      throw error;
    }
  }
}

/** It is there; or somebody else makes it at this moment. */
function isDuplicate({ code }: DatabaseError): boolean {
  return code === '42P04' || code === '23505';
}

function toFatal(cause: unknown): FatalResponse {
  if (cause instanceof FatalResponse) return cause;
  if (cause instanceof DatabaseError && cause.code !== undefined && !cause.code.startsWith('57')) {
    return new FatalResponse('08006', `could not prepare the role: ${cause.message}`);
  }
  return new FatalResponse('57P03', 'the database system is not available');
}
