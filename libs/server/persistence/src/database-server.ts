import { Injectable } from '@nestjs/common';
import { Database } from './database';
import { DatabaseStartup } from './database-startup';
import { defaults } from './defaults';
import { SchemaIsBehind } from './persistence.errors';

/** What the server says about itself. */
export interface ServerFacts {
  version: string;
  user: string;
  database: string;
  /** The last migration that is in the database now, which need not be the one the app found when it started. */
  schemaVersion: string | undefined;
  /** From asking to the answer, acquiring the connection included. */
  latencyMs: number;
}

interface Row {
  version: string;
  user: string;
  database: string;
  migrations: string[];
}

const QUESTION = `
  SELECT current_setting('server_version') AS version, current_user::text AS "user", current_database()::text AS database,
         ARRAY(SELECT name::text FROM "${defaults.schema}"."${defaults.migrationsTable}" ORDER BY "timestamp", id) AS migrations`;

/** Asks the server something trivial, and so also whether the schema is still the one the app has brought up. */
@Injectable()
export class DatabaseServer {
  constructor(
    private readonly database: Database,
    private readonly startup: DatabaseStartup,
  ) {}

  /** Throws DatabaseUnavailable; as SchemaIsBehind when a migration was taken back under the running app. */
  async describe(): Promise<ServerFacts> {
    const startedAt = performance.now();
    const row = await this.database.ask<Row>(QUESTION);
    const latencyMs = Math.round((performance.now() - startedAt) * 10) / 10;
    const { version = '', user = '', database = '', migrations = [] } = row ?? {};
    const needed = this.startup.schemaVersion;
    // A newer release may have added its own; what this one needs has to be among them.
    if (needed !== undefined && !migrations.includes(needed)) throw new SchemaIsBehind(needed, migrations.at(-1));
    return { version, user, database, schemaVersion: migrations.at(-1), latencyMs };
  }
}
