import { LakebaseModule } from '@lakescope/server-lakebase';
import { Module } from '@nestjs/common';
import { BROWSE_CONTROLLERS, BROWSE_PROVIDERS } from './browse/browse.parts';
import { FILE_CONTROLLERS, FILE_PROVIDERS } from './files/files.parts';
import { FileOperations } from './operations/file-operations';
import { OperationsController } from './operations/operations.controller';
import { VolumeCreation } from './operations/volume-creation';
import { WorkspaceOperations } from './operations/workspace-operations';
import { Projects } from './projects/projects';
import { ProjectsController } from './projects/projects.controller';
import { WarehouseController } from './queries/warehouse.controller';
import { WarehouseState } from './queries/warehouse-state';
import { DefaultSchema } from './settings/default-schema';
import { SchemaSettingController } from './settings/schema-setting.controller';
import { StorageProbe } from './storage-probe';
import { UpstreamCursors } from './upstream-cursors';

@Module({
  imports: [LakebaseModule],
  controllers: [
    ...BROWSE_CONTROLLERS,
    ...FILE_CONTROLLERS,
    OperationsController,
    ProjectsController,
    SchemaSettingController,
    WarehouseController,
  ],
  providers: [
    ...BROWSE_PROVIDERS,
    DefaultSchema,
    ...FILE_PROVIDERS,
    FileOperations,
    Projects,
    StorageProbe,
    UpstreamCursors,
    VolumeCreation,
    WarehouseState,
    WorkspaceOperations,
  ],
})
export class UnityCatalogModule {}
