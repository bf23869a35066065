import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import {
  continueSuite,
  createSuite,
  FolderBucket,
  type NewSuite,
  type Step,
  type SyntheticSuite,
} from '@lakescope/cda-synthetic';
import { runIngestion } from '../run/run-ingestion';
import type { RunOptions, RunResult } from '../run/run-options';
import { LocalSource } from '../source/local-source';
import { LocalTarget } from '../target/local-target';
import { verifyIngestion } from '../verify/verify-ingestion';
import { checkIngested, type ExpectedIngestion } from './check-ingested';

const MANIFEST = 'manifest.json';

/** A place for synthetic suites and the tables that are made of them. */
export class SyntheticIngestions {
  private constructor(
    readonly directory: string,
    private readonly instance: DuckDBInstance,
    readonly connection: DuckDBConnection,
  ) {}

  static async open(): Promise<SyntheticIngestions> {
    const directory = await realpath(await mkdtemp(join(tmpdir(), 'cda-faults-')));
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
    return new SyntheticIngestions(directory, instance, connection);
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
    await rm(this.directory, { recursive: true, force: true });
  }

  async create(name: string, suite: NewSuite): Promise<SyntheticIngestion> {
    const bucket = new FolderBucket(join(this.directory, name, 'source'));
    const written = await createSuite(bucket, suite);
    return new SyntheticIngestion(join(this.directory, name), bucket, this.connection, written.suite);
  }
}

/** A suite, the tables that are made of it, and what they must hold. */
export class SyntheticIngestion {
  readonly source: string;
  readonly target: string;

  constructor(
    directory: string,
    private readonly bucket: FolderBucket,
    private readonly connection: DuckDBConnection,
    public suite: SyntheticSuite,
  ) {
    this.source = join(directory, 'source');
    this.target = join(directory, 'target');
  }

  /** What happens next in the source. */
  async next(step: Partial<Step>): Promise<void> {
    ({ suite: this.suite } = await continueSuite(this.bucket, step));
  }

  /** A run in this process, without faults. */
  run(options: Partial<RunOptions> = {}): Promise<RunResult> {
    return runIngestion({
      ...this.stores(),
      manifestPath: MANIFEST,
      mode: 'reference',
      runId: 'run',
      ...options,
    });
  }

  /** What a table must hold now. */
  expected(name: string): ExpectedIngestion {
    const { folders, facts } = this.suite.expected(name);
    const due = folders.filter(
      ({ complete, folder }) => complete && Number(folder) <= Number(facts.lastSuccessfulWriteTimestamp),
    );
    const isPoisoned = ({ files }: (typeof due)[number]): boolean => files.some(({ truncated }) => truncated);
    return { name, folders: due.filter((folder) => !isPoisoned(folder)), poisoned: due.filter(isPoisoned) };
  }

  /** Holds every table against the oracle, but those that are named; what verification says must agree. */
  async check(except: readonly string[] = []): Promise<void> {
    for (const { name } of this.suite.tables) {
      if (!except.includes(name)) await checkIngested(this.connection, join(this.target, name), this.expected(name));
    }
    const { source, target } = this.stores();
    for await (const { table, verdict, folders, rows, findings } of verifyIngestion({
      source,
      target,
      manifestPath: MANIFEST,
    })) {
      if (except.includes(table)) continue;
      const expected = this.expected(table).folders;
      const damage = findings.filter(({ severity }) => severity === 'damage');
      expect({
        table,
        folders,
        rows,
        damage,
        isProved: verdict === 'intact' || verdict === 'changed_by_others',
      }).toEqual({
        ...{ table, folders: expected.length, damage: [], isProved: true },
        rows: BigInt(expected.reduce((sum, folder) => sum + folder.rows, 0)),
      });
    }
  }

  /** Without faults. */
  stores(): { source: LocalSource; target: LocalTarget } {
    return { source: new LocalSource(this.source), target: new LocalTarget(this.target) };
  }
}
