import { setTimeout as sleep } from 'node:timers/promises';
import {
  DatabricksClients,
  PlatformError,
  type ResultColumn,
  type StatementResponse,
  type StatementResult,
} from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import type { ResultColumnType } from '../query-record';
import { arrowCellsOf } from '../arrow-cells';
import { cellsOf } from '../result-cells';
import type { ResultWay } from '../result-ways';
import { statementFailure } from '../statement-failure';
import { StatementSender } from '../statement-sender';
import type { Select } from '../table-select';
import { ExportFailed } from './export.errors';
import { LoopTurn } from './loop-turn';
import { blocksOf, withoutFirst, type RowBlock } from './row-block';
import { RowScanner } from './row-scanner';

/** A statement that has succeeded, and what is to come of it. */
export interface ReadyResult {
  readonly statementId: string;
  readonly way: ResultWay;
  readonly columns: readonly ResultColumnType[];
  readonly rowCount: number;
  readonly chunkCount: number;
  readonly truncated: boolean;
}

const POLL_MS = [20, 50, 100, 250, 500, 1_000, 2_000];
/** A link that has expired, or storage that cut the line, is tried again so many times for each chunk. */
const TRIES = 4;
const BATCH_BYTES = 64 * 1024 * 1024;

/** Results of any size, read with the caller's rights as fast as somebody takes them and never held as a whole. */
@Injectable()
export class ResultStream {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly sender: StatementSender,
  ) {}

  /** Runs a statement to its end; cancels it when the signal says so. Throws ExportFailed with what the warehouse says. */
  async run(caller: UserCaller, warehouseId: string, select: Select, signal: AbortSignal): Promise<ReadyResult> {
    const { statementId, way } = await this.sender.send(caller, warehouseId, select, 'whole');
    const { statements } = this.databricks.asUser(caller);
    try {
      for (let turn = 0; ; turn++) {
        await sleep(POLL_MS[Math.min(turn, POLL_MS.length - 1)], undefined, { signal });
        const response = await statements.get(statementId, { signal });
        if (response.status.state === 'SUCCEEDED') return ready(response, statementId, way);
        if (response.status.state !== 'PENDING' && response.status.state !== 'RUNNING') {
          throw new ExportFailed(statementFailure(response));
        }
      }
    } catch (error) {
      if (signal.aborted) await this.sender.cancel(caller, statementId);
      throw error;
    }
  }

  /** Block by block, each of them gone when the next is asked for. Others have their turn in between. */
  async *rows(caller: UserCaller, result: ReadyResult, signal: AbortSignal): AsyncGenerator<RowBlock> {
    const turn = new LoopTurn();
    for (let index = 0; index < result.chunkCount; index++) {
      for await (const block of this.chunk(caller, result, index, signal)) {
        yield block;
        await turn.end();
      }
    }
  }

  /** After a failure the chunk is asked for again, and the rows that were handed on already are passed over. */
  private async *chunk(
    caller: UserCaller,
    result: ReadyResult,
    index: number,
    signal: AbortSignal,
  ): AsyncGenerator<RowBlock> {
    let done = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        let seen = 0;
        const { statements } = this.databricks.asUser(caller);
        const chunk = await statements.chunk(result.statementId, index, { signal });
        for await (const block of this.blocks(chunk, result, signal)) {
          const fresh = withoutFirst(block, Math.max(0, done - seen));
          seen += block.count;
          if (fresh.count === 0) continue;
          done += fresh.count;
          yield fresh;
        }
        return;
      } catch (error) {
        if (signal.aborted || attempt >= TRIES || !mayPass(error)) throw error;
        await sleep(200 * attempt, undefined, { signal });
      }
    }
  }

  private async *blocks(chunk: StatementResult, result: ReadyResult, signal: AbortSignal): AsyncGenerator<RowBlock> {
    const { length: columns } = result.columns;
    if (result.way.disposition === 'INLINE') {
      yield* blocksOf(await cellsOf(chunk, result.way, this.databricks.results), columns);
      return;
    }
    for (const link of chunk.external_links ?? []) {
      const { body } = await this.databricks.results.stream(link, { signal });
      try {
        yield* result.way.format === 'JSON_ARRAY' ? jsonBlocks(body, columns) : arrowBlocks(body, columns);
      } finally {
        body.destroy();
      }
    }
  }
}

async function* jsonBlocks(body: AsyncIterable<Buffer>, columns: number): AsyncGenerator<RowBlock> {
  const scanner = new RowScanner(columns);
  for await (const bytes of body) {
    const block = scanner.push(bytes);
    if (block.count > 0) yield block;
  }
  yield scanner.finish();
}

/** A batch is held as a whole, and nobody promises a bound for it. */
async function* arrowBlocks(body: AsyncIterable<Buffer>, columns: number): AsyncGenerator<RowBlock> {
  let bytesOfBatch = 0;
  const counted = async function* () {
    for await (const bytes of body) {
      bytesOfBatch += bytes.length;
      if (bytesOfBatch > BATCH_BYTES) {
        throw new PlatformError('upstream', `A batch of the result is larger than ${BATCH_BYTES} bytes`);
      }
      yield bytes;
    }
  };
  for await (const rows of arrowCellsOf(counted())) {
    bytesOfBatch = 0;
    yield* blocksOf(rows, columns);
  }
}

function ready({ manifest }: StatementResponse, statementId: string, way: ResultWay): ReadyResult {
  return {
    statementId,
    way,
    columns: (manifest?.schema.columns ?? []).map(({ name, type_text: type }: ResultColumn) => ({ name, type })),
    rowCount: manifest?.total_row_count ?? 0,
    chunkCount: manifest?.total_chunk_count ?? 0,
    truncated: manifest?.truncated ?? false,
  };
}

/** A refusal of storage may be a link that has expired; one of the platform says what it says for good. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof PlatformError)) return error instanceof Error && 'code' in error;
  return error.actingAs === undefined && error.kind !== 'aborted';
}
