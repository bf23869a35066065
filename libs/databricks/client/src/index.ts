export type { AppCredentials } from './app-token';
export type { AppsApi, AppSettings, NewDeployment } from './apps-api';
export type { CurrentUserApi } from './current-user-api';
export type { DatabaseApi, DatabaseCredential } from './database-api';
export {
  DatabricksClients,
  type DatabricksClient,
  type DatabricksClientsOptions,
  type TokenHolder,
} from './databricks-clients';
export type {
  ByteRange,
  DirectoryPage,
  DirectoryPageOptions,
  FilesApi,
  OpenFile,
  OpenOptions,
  UploadOptions,
} from './files-api';
export type { MultipartUploads, UploadSession } from './files-api-multipart';
export type { GroupsApi } from './groups-api';
export { InvalidHost, workspaceOrigin } from './host';
export type { LakebaseDirectoryApi } from './lakebase-directory-api';
export { parseLossless } from './lossless-json';
export type { ModelsApi, RunTag } from './models-api';
export type { Page } from './paging';
export { PlatformError, type PlatformErrorDetails, type PlatformErrorKind } from './platform-error';
export { defaultRetryPolicy, delayBeforeRetry, type RetryPolicy } from './retry-policy';
export type { ResultLinks } from './result-links';
export { Secret } from './secret';
export type { SecretsApi } from './secrets-api';
export type { EndpointLogKind, InvocationOptions, ModelAnswer, ModelStream, ServingApi } from './serving-api';
export type { StatementsApi } from './statements-api';
export type { CallOptions } from './transport';
export type { EffectiveAssignment, PageOptions, TablePageOptions, UnityCatalogApi } from './unity-catalog-api';
export type { UploadSource } from './upload-content';
export type { WarehousesApi } from './warehouses-api';
export type { WorkspaceFilesApi } from './workspace-files-api';
export type {
  AppDeployment,
  AppEnvVar,
  AppResource,
  CatalogInfo,
  DatabaseInstance,
  DatabricksApp,
  DirectoryEntry,
  ExecuteStatementRequest,
  ExternalLink,
  PostgresEndpoint,
  PresignedUrl,
  SchemaInfo,
  ResultColumn,
  ResultFormat,
  ScimMe,
  ServedEntity,
  ServingEndpoint,
  ServingRoute,
  StatementParameter,
  StatementResponse,
  StatementResult,
  StatementState,
  TableInfo,
  TableSummary,
  TemporaryTableCredentials,
  UploadedPart,
  VolumeInfo,
  Warehouse,
} from '@lakescope/databricks-wire';
