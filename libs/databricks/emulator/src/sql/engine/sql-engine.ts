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

interface Started {
  readonly delta: DeltaEngine;
  readonly sandboxes: Sandboxes;
  readonly runner: StatementRunner;
}

/** Databricks SQL over the Delta tables of a catalog. It starts with the first statement: a workspace may never run one. */
export class SqlEngine {
  private started: Promise<Started> | undefined;
  private closed = false;

  constructor(
    private readonly catalog: EngineCatalog,
    private readonly options: SqlEngineOptions,
  ) {}

  /** Rejects with SqlFailure, or with the signal's reason. The result must be closed. */
  async run(request: SqlRequest): Promise<SqlResult> {
    request.signal.throwIfAborted();
    if (this.closed) throw new Error('The engine is closed');
    this.started ??= this.start().catch((error: unknown) => {
      // The next statement tries again: what was in the way (a full disk) may be gone by then.
      this.started = undefined;
      throw error;
    });
    return (await this.started).runner.run(request);
  }

  /** Results must be closed before. */
  async close(): Promise<void> {
    this.closed = true;
    const started = await this.started?.catch(() => undefined);
    await started?.sandboxes.close();
    await started?.delta.close();
  }

  private async start(): Promise<Started> {
    const { scratchDirectory, tableRoots } = this.options;
    await rm(scratchDirectory, { recursive: true, force: true });
    await mkdir(scratchDirectory, { recursive: true });
    await Promise.all(tableRoots.map((root) => mkdir(root, { recursive: true })));
    const cacheDirectory = join(scratchDirectory, 'delta');
    const delta = await DeltaEngine.open({ cacheDirectory, localRoots: [...tableRoots] });
    const sandboxes = new Sandboxes({ tableRoots, scratchDirectory: join(scratchDirectory, 'sandboxes') });
    return { delta, sandboxes, runner: new StatementRunner(this.catalog, delta, sandboxes) };
  }
}
