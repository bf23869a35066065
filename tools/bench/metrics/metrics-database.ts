import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DatabricksClients } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import { openSchema } from '@lakescope/server-persistence';
import { LocalStack } from '@lakescope/server-testing';
import { Client, Pool, type ClientConfig } from 'pg';

const ROLE = 'lakescope_bench';

/**
 * A throw-away Postgres with the app's schema, reached without the gateway: its program would share the two cores with what is measured. A
 * role of its own owns the schema, so that row-level security holds for it as it does in production.
 */
export class MetricsDatabase {
  private constructor(
    readonly stack: LocalStack,
    private readonly password: string,
  ) {}

  static async start(): Promise<MetricsDatabase> {
    const stack = await LocalStack.start();
    const database = new MetricsDatabase(stack, randomBytes(16).toString('hex'));
    try {
      await database.asSuperuser(async (client) => {
        await client.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${database.password}'`);
        await client.query(`GRANT CREATE ON DATABASE ${stack.postgres.database} TO ${ROLE}`);
      });
      await database.migrate();
    } catch (error) {
      await stack.stop();
      throw error;
    }
    return database;
  }

  /** The environment of a server that uses this database and this workspace. */
  environment(overrides: Readonly<Record<string, string | undefined>> = {}): Record<string, string | undefined> {
    return this.stack.environment({
      PGPORT: String(this.stack.postgres.port),
      PGUSER: ROLE,
      PGPASSWORD: this.password,
      PGSSLMODE: 'disable',
      LAKEBASE_INSTANCE_NAME: undefined,
      NODE_EXTRA_CA_CERTS: undefined,
      ...overrides,
    });
  }

  /** As the app: its role, and its say that it works for the system and for no person. */
  pool(max: number): Pool {
    return new Pool({ ...this.login, max, options: '-c lakescope.system=on -c search_path=lakescope' });
  }

  async connect(): Promise<Client> {
    const client = new Client({ ...this.login, options: '-c lakescope.system=on -c search_path=lakescope' });
    await client.connect();
    return client;
  }

  async asApp<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  get login(): ClientConfig & { host: string; port: number; user: string; password: string; database: string } {
    const { host, port, database } = this.stack.postgres;
    return { host, port, database, user: ROLE, password: this.password };
  }

  /** Not held by row-level security, which refuses COPY. */
  async connectSuperuser(): Promise<Client> {
    const { host, port, database, superuser, password } = this.stack.postgres;
    const client = new Client({ host, port, database, user: superuser, password });
    await client.connect();
    return client;
  }

  async asSuperuser<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.connectSuperuser();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** CPU that the sessions of the app have used so far, in milliseconds; what a busy machine does to time does less to this. */
  async sessionCpu(): Promise<number> {
    const pids = await this.asSuperuser(async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE usename = $1', [
        ROLE,
      ]);
      return rows.map(({ pid }) => pid);
    });
    return pids.reduce((sum, pid) => sum + cpuOf(pid), 0);
  }

  async stop(): Promise<void> {
    await this.stack.stop();
  }

  private async migrate(): Promise<void> {
    const { lakebase, databricks } = this.stack.config(this.environment());
    const clients = new DatabricksClients({ host: databricks.host.href, product: { name: 'bench', version: '0' } });
    const schema = await openSchema(lakebase, clients, migrations);
    await schema.migrator.migrate();
    await schema.close();
    await clients.close();
  }
}

/** From the kernel (proc(5)): user and system time in ticks of 10 ms. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Bytes of write-ahead log since the server was made. */
export async function walBytes(client: Pick<Client, 'query'>): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS bytes`,
  );
  return Number(rows[0]?.bytes);
}
