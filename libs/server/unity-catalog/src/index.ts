export { UnityCatalogModule } from './unity-catalog.module';
export { VolumePath } from './files/volume-path';
export {
  RowReaders,
  RowReadersModule,
  type FirstRows,
  type FirstRowsOptions,
  type ReadFirstRows,
} from './files/preview/row-readers';
export { FilterDto } from './queries/run-query.dto';
