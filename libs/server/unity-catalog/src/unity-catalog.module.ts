import { LakebaseModule } from '@lakescope/server-lakebase';
import { Module } from '@nestjs/common';
import { BrowsePermissions } from './browse-permissions';
import { CatalogBrowser } from './catalog-browser';
import { CatalogsController } from './catalogs.controller';
import { FileContent } from './file-content';
import { FilesController } from './files.controller';
import { DefaultSchema } from './settings/default-schema';
import { SchemaSettingController } from './settings/schema-setting.controller';
import { StorageProbe } from './storage-probe';
import { UpstreamCursors } from './upstream-cursors';
import { VolumeDirectory } from './volume-directory';

@Module({
  imports: [LakebaseModule],
  controllers: [CatalogsController, FilesController, SchemaSettingController],
  providers: [
    BrowsePermissions,
    CatalogBrowser,
    DefaultSchema,
    FileContent,
    StorageProbe,
    UpstreamCursors,
    VolumeDirectory,
  ],
})
export class UnityCatalogModule {}
