import type { Storage } from '@lakescope/delta';
import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { TableLocation } from './table-location';
import type { TableSourceDto } from './table-source.dto';
import { CatalogTables } from './unity-catalog/catalog-tables';
import { TableName } from './unity-catalog/table-name';
import type { WarehouseTable } from './unity-catalog/warehouse-table';
import { WarehouseTables } from './unity-catalog/warehouse-tables';

/** Where a table is read: from its storage, or, for somebody who gets no keys to its files, through the SQL warehouse. */
export type TablePlace =
  | { readonly via: 'storage'; readonly storage: Storage }
  | { readonly via: 'warehouse'; readonly table: WarehouseTable; readonly name: TableName };

export interface PlaceAsk {
  readonly source: TableSourceDto;
  /** Whether a warehouse that is stopped may be started, which costs money. */
  readonly start_warehouse?: boolean;
}

/** Finds the way to a table that a request names, as the caller. */
@Injectable()
export class TablePlaces {
  constructor(
    private readonly location: TableLocation,
    private readonly catalog: CatalogTables,
    private readonly warehouse: WarehouseTables,
  ) {}

  async find(caller: UserCaller, ask: PlaceAsk, signal: AbortSignal): Promise<TablePlace> {
    const { source, start_warehouse: start = false } = ask;
    if (source.kind !== 'table') return { via: 'storage', storage: await this.location.open(caller, source) };
    const name = TableName.parse(source.full_name, 'source.full_name');
    const found = await this.catalog.find(caller, name, signal);
    if ('storage' in found) return { via: 'storage', storage: found.storage };
    if (!this.warehouse.areThere) throw found.refusal;
    return { via: 'warehouse', name, table: await this.warehouse.open(caller, name, start) };
  }

  /** For views that only the storage can give; throws what keeps the caller from it. */
  async storage(caller: UserCaller, source: TableSourceDto, signal: AbortSignal): Promise<Storage> {
    if (source.kind !== 'table') return this.location.open(caller, source);
    const found = await this.catalog.find(caller, TableName.parse(source.full_name, 'source.full_name'), signal);
    if ('storage' in found) return found.storage;
    throw found.refusal;
  }
}
