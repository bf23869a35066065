import { randomUUID } from 'node:crypto';
import { DatabricksClients } from '@lakescope/databricks-client';
import type { UserCaller } from '@lakescope/server-http';
import { Preferences } from '@lakescope/server-lakebase';
import { Injectable } from '@nestjs/common';
import { VolumePath } from '../../files/volume-path';
import { QueryProgress } from '../query-progress';
import type { QueryRecord } from '../query-record';
import { ExportNotFound, NoDestination } from './export.errors';
import { QueryExportDto, type ExportQueryDto } from './export.dto';
import { ExportRecords } from './export-records';
import { ExportWorker } from './export-worker';
import type { ExportFormat } from './row-encoder';

/** Files made of queries, in volumes that the person who asks may write to. */
@Injectable()
export class QueryExports {
  constructor(
    private readonly databricks: DatabricksClients,
    private readonly progress: QueryProgress,
    private readonly records: ExportRecords,
    private readonly worker: ExportWorker,
    private readonly preferences: Preferences,
  ) {}

  async start(
    caller: UserCaller,
    queryId: string,
    { format, destination }: ExportQueryDto,
    signal: AbortSignal,
  ): Promise<QueryExportDto> {
    const query = await this.progress.current(caller, queryId);
    const directory = VolumePath.parse(destination ?? (await this.preferred(caller)), 'destination');
    // Who may not write there learns it now, and not after the query has run again.
    if (!directory.isVolume)
      await this.databricks.asUser(caller).files.createDirectory(directory.toString(), { signal });
    const exportId = randomUUID();
    const path = `${directory.toString()}/${fileName(query, exportId, format)}`;
    const record = await this.records.create(caller, { exportId, queryId, format, path });
    this.worker.start(caller, query, record);
    return QueryExportDto.from(record);
  }

  async read(caller: UserCaller, queryId: string, exportId: string): Promise<QueryExportDto> {
    const record = await this.records.find(caller, queryId, exportId);
    if (record === undefined) throw new ExportNotFound(exportId);
    return QueryExportDto.from(record);
  }

  /** One that has ended stays as it is, and so does its file. */
  async cancel(caller: UserCaller, queryId: string, exportId: string): Promise<QueryExportDto> {
    await this.records.requestCancel(caller, exportId);
    this.worker.cancel(exportId);
    return this.read(caller, queryId, exportId);
  }

  private async preferred(caller: UserCaller): Promise<string> {
    const { items } = await this.preferences.list(caller, { preference_key: 'export_destination', limit: 1 });
    const value = items[0]?.preference_value;
    if (typeof value !== 'string') throw new NoDestination();
    return value;
  }
}

/** Tells what it is and when it was made, and is like no other. */
function fileName({ request }: QueryRecord, exportId: string, format: ExportFormat): string {
  const table = request.table.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '_').slice(0, 40);
  const time = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${table}-${time}Z-${exportId.slice(0, 8)}.${format}`;
}
