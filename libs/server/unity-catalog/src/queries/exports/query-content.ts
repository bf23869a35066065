import { Slots, type UserCaller } from '@lakescope/server-http';
import { Injectable, StreamableFile } from '@nestjs/common';
import { QueryLimits } from '../query-limits';
import { QueryProgress } from '../query-progress';
import { wayOf } from '../result-ways';
import { encoderOf } from './encoder-of';
import { ContentTooLarge, NoRowsToGive } from './export.errors';
import { ResultStream } from './result-stream';
import { CONTENT_TYPES, type ExportFormat } from './row-encoder';

/** Each of them may hold what one answer may have. */
const AT_ONCE = 4;

/** The rows of a page as a file, at once: made as a whole before it is sent, so that what fails is a problem and not half a file. */
@Injectable()
export class QueryContent {
  private readonly slots = new Slots(AT_ONCE);

  constructor(
    private readonly progress: QueryProgress,
    private readonly stream: ResultStream,
    private readonly limits: QueryLimits,
  ) {}

  read(caller: UserCaller, queryId: string, format: ExportFormat, signal: AbortSignal): Promise<StreamableFile> {
    return this.slots.use(() => this.make(caller, queryId, format, signal), signal);
  }

  private async make(
    caller: UserCaller,
    queryId: string,
    format: ExportFormat,
    signal: AbortSignal,
  ): Promise<StreamableFile> {
    const { record } = await this.progress.look(caller, await this.progress.current(caller, queryId), true);
    const { statementId, columns, status, request } = record;
    if (status !== 'SUCCEEDED' || statementId === null || columns === null) throw new NoRowsToGive(`it is ${status}`);
    const encoder = encoderOf(format, columns);
    const pieces: Uint8Array[] = [encoder.begin()];
    let bytes = 0;
    const add = (piece: Uint8Array): void => {
      bytes += piece.length;
      if (bytes > this.limits.contentBytes) throw new ContentTooLarge(this.limits.contentBytes);
      pieces.push(piece);
    };
    const result = {
      statementId,
      way: wayOf(record.resultWay),
      columns,
      rowCount: record.rowCount ?? 0,
      chunkCount: record.chunkCount ?? 0,
      truncated: record.truncated,
    };
    for await (const block of this.stream.rows(caller, result, signal)) add(await encoder.rows(block));
    add(await encoder.end());
    return new StreamableFile(Buffer.concat(pieces), {
      type: CONTENT_TYPES[format],
      disposition: `attachment; filename*=UTF-8''${encodeURIComponent(`${request.table}.${format}`)}`,
    });
  }
}
