import { LakebaseModule } from '@lakescope/server-lakebase';
import { Module } from '@nestjs/common';
import { BROWSE_CONTROLLERS, BROWSE_PROVIDERS } from './browse/browse.parts';
import { CatalogSearch } from './browse/search/catalog-search';
import { FILE_CONTROLLERS, FILE_PROVIDERS } from './files/files.parts';
import { RowReadersModule } from './files/preview/row-readers';
import { FileOperations } from './operations/file-operations';
import { OperationsController } from './operations/operations.controller';
import { VolumeCreation } from './operations/volume-creation';
import { WorkspaceOperations } from './operations/workspace-operations';
import { Projects } from './projects/projects';
import { ProjectsController } from './projects/projects.controller';
import { QueriesModule } from './queries/queries.module';
import { DefaultSchema } from './settings/default-schema';
import { SchemaSettingController } from './settings/schema-setting.controller';
import { StorageProbe } from './storage-probe';

@Module({
  imports: [LakebaseModule, RowReadersModule, QueriesModule],
  controllers: [
    ...BROWSE_CONTROLLERS,
    ...FILE_CONTROLLERS,
    OperationsController,
    ProjectsController,
    SchemaSettingController,
  ],
  providers: [
    ...BROWSE_PROVIDERS,
    DefaultSchema,
    ...FILE_PROVIDERS,
    FileOperations,
    Projects,
    StorageProbe,
    VolumeCreation,
    WorkspaceOperations,
  ],
  exports: [CatalogSearch],
})
export class UnityCatalogModule {}
