export { UnityCatalogModule } from './unity-catalog.module';
export { VolumePath } from './files/volume-path';
export {
  RowReaders,
  RowReadersModule,
  type FirstRows,
  type FirstRowsOptions,
  type ReadFirstRows,
} from './files/preview/row-readers';
export { contentDisposition } from './files/content-type';
export { FilterDto } from './queries/run-query.dto';
export { CatalogPermissionDenied, TableNotFound as CatalogTableNotFound } from './browse/browse.errors';
export { CatalogSearch } from './browse/search/catalog-search';
export { SearchedText, SearchHitDto } from './browse/search/search.dto';
export { missingGrantOf } from './browse/missing-grant';
export type { StatementTable } from './browse/sql/catalog-statements';
export { tokenKey } from './browse/token-key';
export { encoderOf } from './queries/exports/encoder-of';
export { ExportFailed, TooManyExports } from './queries/exports/export.errors';
export { blocksOf, withFirst, type RowBlock } from './queries/exports/row-block';
export { CONTENT_TYPES, EXPORT_FORMATS, JSON_TYPE, type ExportFormat } from './queries/exports/row-encoder';
export type { ResultColumnType } from './queries/query-record';
export type { Select } from './queries/table-select';
export { sparkType, type SparkType } from './queries/spark-type';
export { quotedTable } from './queries/sql-names';
export { selectNothing, selectPage, type TableQuery } from './queries/table-select';
export { cellReader } from './queries/typed-cells';
export { UserStatements } from './queries/user-statements';
export { WarehouseModule } from './queries/warehouse.module';
