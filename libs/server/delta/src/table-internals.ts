import { tableHealth } from '@lakescope/delta';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { asFilters } from './filters';
import type { CheckHealthRequest, DiffTableRequest, ListFilesRequest, ReadLogRequest } from './internals-requests.dto';
import { nameInSql } from './name-in-sql';
import { StorageTables } from './storage-tables';
import { TableDiffDto } from './table-diff.dto';
import { TableFilesDto } from './table-files.dto';
import { TableHealthDto } from './table-health.dto';
import { TableLogDto } from './table-log.dto';
import { TablePlaces } from './table-places';
import { timeTravel } from './time-travel';

/** What a table is made of, which its storage alone can tell: files, commits, and what became of them. */
@Injectable()
export class TableInternals {
  constructor(
    private readonly places: TablePlaces,
    private readonly tables: StorageTables,
  ) {}

  async readLog(
    caller: UserCaller,
    version: number,
    request: ReadLogRequest,
    signal: AbortSignal,
  ): Promise<TableLogDto> {
    const storage = await this.places.storage(caller, request.source, signal);
    return this.tables.read(storage, signal, async (table) => {
      const { offset, limit } = request;
      const page = await table.rawLog(version, { offset, limit, signal });
      return TableLogDto.from(version, page, await table.rawChecksum(version, { signal }));
    });
  }

  async diff(caller: UserCaller, request: DiffTableRequest, signal: AbortSignal): Promise<TableDiffDto> {
    const { from_version: from, to_version: to } = request;
    const storage = await this.places.storage(caller, request.source, signal);
    return this.tables.read(storage, signal, (table) =>
      this.tables.inTurn(async () => TableDiffDto.from(await table.diff(from, to, { signal })), signal),
    );
  }

  async listFiles(caller: UserCaller, request: ListFilesRequest, signal: AbortSignal): Promise<TableFilesDto> {
    const at = timeTravel(request);
    const { limit, offset, sort, descending, partition, filters, include_summary: includeSummary } = request;
    const storage = await this.places.storage(caller, request.source, signal);
    return this.tables.read(storage, signal, async (table) => {
      const snapshot = await table.snapshot(at, { signal });
      return this.tables.inTurn(async () => {
        const page = await snapshot.files({
          ...{ limit, offset, sort: { by: sort, descending }, signal },
          ...(partition === undefined ? {} : { partition }),
          ...(filters === undefined ? {} : { where: asFilters(filters) }),
        });
        const summary = includeSummary ? await snapshot.fileSummary({ signal }) : undefined;
        return TableFilesDto.from(snapshot.version, offset, page, summary);
      }, signal);
    });
  }

  async checkHealth(caller: UserCaller, request: CheckHealthRequest, signal: AbortSignal): Promise<TableHealthDto> {
    const at = timeTravel(request);
    const storage = await this.places.storage(caller, request.source, signal);
    return this.tables.read(storage, signal, async (table) => {
      const snapshot = await table.snapshot(at, { signal });
      const options = { name: nameInSql(request.source, storage), checkFiles: request.check_files, signal };
      return this.tables.inTurn(async () => TableHealthDto.from(await tableHealth(table, snapshot, options)), signal);
    });
  }
}
