import { Module } from '@nestjs/common';
import { BrowsePermissions } from './browse-permissions';
import { CatalogBrowser } from './catalog-browser';
import { CatalogsController } from './catalogs.controller';
import { FileContent } from './file-content';
import { FilesController } from './files.controller';
import { StorageProbe } from './storage-probe';
import { UpstreamCursors } from './upstream-cursors';
import { VolumeDirectory } from './volume-directory';

@Module({
  controllers: [CatalogsController, FilesController],
  providers: [BrowsePermissions, CatalogBrowser, FileContent, StorageProbe, UpstreamCursors, VolumeDirectory],
})
export class UnityCatalogModule {}
