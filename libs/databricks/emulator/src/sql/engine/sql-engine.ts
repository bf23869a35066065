import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DeltaEngine } from '@lakescope/delta';
import type { EngineCatalog } from './engine-catalog';
import { Sandboxes } from './sandbox/sandboxes';
import type { SqlRequest, SqlResult } from './sql-request';
import { StatementRunner } from './statement-runner';

export interface SqlEngineOptions {
  /** The folders tables lie in; nothing outside is ever opened. */
  readonly tableRoots: readonly string[];
  /** For rows on their way into a table and for queries larger than memory; emptied at the start. */
  readonly scratchDirectory: string;
}

/** Databricks SQL over the Delta tables of a catalog. */
export class SqlEngine {
  private constructor(
    private readonly delta: DeltaEngine,
    private readonly sandboxes: Sandboxes,
    private readonly runner: StatementRunner,
  ) {}

  static async open(catalog: EngineCatalog, { scratchDirectory, tableRoots }: SqlEngineOptions): Promise<SqlEngine> {
    await rm(scratchDirectory, { recursive: true, force: true });
    await mkdir(scratchDirectory, { recursive: true });
    await Promise.all(tableRoots.map((root) => mkdir(root, { recursive: true })));
    const delta = await DeltaEngine.open({
      cacheDirectory: join(scratchDirectory, 'delta'),
      localRoots: [...tableRoots],
    });
    const sandboxes = new Sandboxes(join(scratchDirectory, 'sandboxes'));
    return new SqlEngine(delta, sandboxes, new StatementRunner(catalog, delta, sandboxes));
  }

  /** Rejects with SqlFailure, or with the signal's reason. The result must be closed. */
  run(request: SqlRequest): Promise<SqlResult> {
    return this.runner.run(request);
  }

  /** Results must be closed before. */
  async close(): Promise<void> {
    await this.sandboxes.close();
    await this.delta.close();
  }
}
