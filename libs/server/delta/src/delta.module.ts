import { S3Module } from '@lakescope/server-s3';
import { RowReadersModule, WarehouseModule } from '@lakescope/server-unity-catalog';
import { Module } from '@nestjs/common';
import { TableExportController } from './export/table-export.controller';
import { TableExports } from './export/table-exports';
import { InspectPermission } from './inspect-permission';
import { LazyDeltaEngine } from './lazy-delta-engine';
import { ParquetRows } from './parquet-rows';
import { StorageTables } from './storage-tables';
import { TableInspector } from './table-inspector';
import { TableInternals } from './table-internals';
import { TableInternalsController } from './table-internals.controller';
import { TableLocation } from './table-location';
import { TablePlaces } from './table-places';
import { TablesController } from './tables.controller';
import { CatalogTables } from './unity-catalog/catalog-tables';
import { TableKeyring } from './unity-catalog/table-keys';
import { VendedStorage } from './unity-catalog/vended-storage';
import { WarehouseTables } from './unity-catalog/warehouse-tables';

@Module({
  imports: [RowReadersModule, S3Module, WarehouseModule],
  controllers: [TableExportController, TableInternalsController, TablesController],
  providers: [
    InspectPermission,
    LazyDeltaEngine,
    ParquetRows,
    StorageTables,
    TableExports,
    TableInspector,
    TableInternals,
    TableLocation,
    TablePlaces,
    CatalogTables,
    TableKeyring,
    VendedStorage,
    WarehouseTables,
  ],
})
export class DeltaModule {}
