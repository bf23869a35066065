import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceRefusal } from '../../http/refusals';
import type { Principal } from '../../identity/directory';
import type { Warehouses } from '../warehouses/warehouses';
import { ResultMemory } from './result-memory';
import { refuseUnoffered } from './result-offers';
import { Statement, type StatementEngine } from './statement';
import type { StatementRequest } from './statement-request';

const MINUTE = 60_000;
const MEBIBYTE = 1024 ** 2;
/** Of small results, which are kept for an hour. */
const RESULT_MEMORY_BYTES = 32 * MEBIBYTE;

/** How long things are kept, in milliseconds. The defaults are the platform's. */
export interface StatementTimes {
  /** From success until the result is gone and the statement CLOSED. */
  readonly resultMilliseconds: number;
  /** From its end until the statement itself is forgotten. */
  readonly statementMilliseconds: number;
  /** A statement that runs and that nobody asks about for this long is canceled. */
  readonly abandonedMilliseconds: number;
}

/** Source: API page of `statementexecution`. */
export const PLATFORM_TIMES: StatementTimes = {
  resultMilliseconds: 60 * MINUTE,
  statementMilliseconds: 12 * 60 * MINUTE,
  abandonedMilliseconds: 15 * MINUTE,
};

interface Kept {
  readonly statement: Statement;
  timer?: NodeJS.Timeout;
}

/** Statements that run or whose results are kept. None survives a restart. */
export class Statements {
  private readonly kept = new Map<string, Kept>();
  private readonly resultMemory = new ResultMemory(RESULT_MEMORY_BYTES);

  private constructor(
    private readonly engine: StatementEngine,
    private readonly warehouses: Warehouses,
    private readonly directory: string,
    private readonly times: StatementTimes,
    private readonly report: (statementId: string, fault: unknown) => void,
  ) {}

  /** Results are put below the directory; what an earlier run has left there is removed. */
  static async open(options: {
    engine: StatementEngine;
    warehouses: Warehouses;
    directory: string;
    times: StatementTimes;
    /** Hears of failures that are the workspace's own. */
    report: (statementId: string, fault: unknown) => void;
  }): Promise<Statements> {
    const { engine, warehouses, directory, times, report } = options;
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new Statements(engine, warehouses, directory, times, report);
  }

  start(caller: Principal, request: StatementRequest): Statement {
    const warehouse = this.warehouses.require(caller, request.warehouseId, 'CAN_USE');
    refuseUnoffered(request, this.warehouses.offersOf(warehouse.id));
    const id = newStatementId();
    const statement = new Statement(request, {
      id,
      caller,
      compute: this.warehouses.compute(warehouse),
      engine: this.engine,
      file: join(this.directory, id),
      // Smaller than the platform's, so that a client's way through chunks is tried with little data.
      chunkBytes: (request.disposition === 'INLINE' ? 2 : 4) * MEBIBYTE,
      resultMemory: this.resultMemory,
    });
    const kept: Kept = { statement };
    this.kept.set(id, kept);
    this.watch(kept);
    void statement.ended.then(() => this.keep(kept));
    return statement;
  }

  /** A statement is known only to who started it. */
  require(caller: Principal, id: string): Statement {
    const kept = this.kept.get(id);
    if (kept?.statement.owner !== caller.name) {
      throw new ServiceRefusal(404, 'NOT_FOUND', `The statement ${id.slice(0, 100)} was not found.`);
    }
    this.watch(kept);
    return kept.statement;
  }

  /** Whoever has a link to a chunk may fetch it: the link itself is the right. */
  find(id: string): Statement | undefined {
    return this.kept.get(id)?.statement;
  }

  async close(): Promise<void> {
    const all = [...this.kept.values()];
    this.kept.clear();
    for (const { timer } of all) clearTimeout(timer);
    await Promise.all(all.map(({ statement }) => statement.discard()));
    await rm(this.directory, { recursive: true, force: true });
  }

  /** Somebody asks about a statement that runs. */
  private watch(kept: Kept): void {
    if (kept.statement.hasEnded) return;
    this.after(kept, this.times.abandonedMilliseconds, () => kept.statement.cancel());
  }

  /** It has ended. */
  private keep(kept: Kept): void {
    const { statement } = kept;
    if (statement.fault !== undefined) this.report(statement.id, statement.fault);
    if (!this.kept.has(statement.id)) return;
    const { resultMilliseconds, statementMilliseconds } = this.times;
    const forget = (milliseconds: number) => this.after(kept, milliseconds, () => this.kept.delete(statement.id));
    if (statement.result === undefined) return forget(statementMilliseconds);
    this.after(kept, resultMilliseconds, () => {
      forget(Math.max(statementMilliseconds - resultMilliseconds, 0));
      return statement.discard();
    });
  }

  private after(kept: Kept, milliseconds: number, act: () => unknown): void {
    clearTimeout(kept.timer);
    const acting = async () => act();
    kept.timer = setTimeout(() => {
      acting().catch((fault: unknown) => this.report(kept.statement.id, fault));
    }, milliseconds).unref();
  }
}

/** Looks like the platform's: a UUID that begins with the time. */
function newStatementId(): string {
  const time = Math.floor(Date.now() / 1000).toString(16);
  return `01f0${time.slice(0, 4)}-${time.slice(4, 8)}-1${randomUUID().slice(15)}`;
}
