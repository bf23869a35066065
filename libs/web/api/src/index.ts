export * from './generated/types.gen';
export {
  describeTableRequest as describeTable,
  discoverTablesRequest as discoverTables,
  getAuthStatusRequest as getAuthStatus,
  getFileContentRequest as getFileContent,
  getMyWorkspaceRequest as getMyWorkspace,
  getStatusRequest as getStatus,
  getTableHistoryRequest as getTableHistory,
  getTableSchemaRequest as getTableSchema,
  listCatalogsRequest as listCatalogs,
  listFilesRequest as listFiles,
  listPreferencesRequest as listPreferences,
  listSchemasRequest as listSchemas,
  listVolumesRequest as listVolumes,
  previewTableRequest as previewTable,
  putPreferenceRequest as putPreference,
} from './generated/@angular/common.gen';
export { Api } from './api';
export { type ApiPages, apiPages } from './api-pages';
export { type ApiResource, apiResource } from './api-resource';
export { Connection } from './connection';
export { type Problem, problemFrom } from './problem';
export { provideApi } from './provide-api';
