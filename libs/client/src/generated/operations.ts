// Generated from the contract by `npm run contract`.
import type {
  AbortUploadData,
  AggregateMetricsData,
  AggregateMetricsResponse,
  CancelQueryData,
  CancelQueryResponse,
  CancelQueryExportData,
  CancelQueryExportResponse,
  CheckS3ConnectionData,
  CheckS3ConnectionResponse,
  CheckTableHealthData,
  CheckTableHealthResponse,
  CheckTableHealthByPathData,
  CheckTableHealthByPathResponse,
  CompleteUploadData,
  CompleteUploadResponse,
  CountMyUsageEventsData,
  CountMyUsageEventsResponse,
  CreateAlertRuleData,
  CreateAlertRuleResponse,
  CreateDownloadUrlData,
  CreateDownloadUrlResponse,
  CreateProjectData,
  CreateProjectResponse,
  CreateS3ConnectionData,
  CreateS3ConnectionResponse,
  CreateS3DownloadUrlData,
  CreateS3DownloadUrlResponse,
  CreateVolumeData,
  CreateVolumeResponse,
  DeleteAlertRuleData,
  DeleteDirectoryData,
  DeleteFileData,
  DeleteLakebasePreferenceData,
  DeletePreferenceData,
  DeleteS3ConnectionData,
  DescribeTableData,
  DescribeTableResponse,
  DescribeTableByPathData,
  DescribeTableByPathResponse,
  DetectServingSchemaData,
  DetectServingSchemaResponse,
  DiffTableData,
  DiffTableResponse,
  DiffTableByPathData,
  DiffTableByPathResponse,
  DiscoverTablesData,
  DiscoverTablesResponse,
  DiscoverTablesByPathData,
  DiscoverTablesByPathResponse,
  EraseInferenceLogsData,
  EraseInferenceLogsResponse,
  EraseMyDataData,
  EraseMyDataResponse,
  ExportAuditEntriesData,
  ExportMyDataData,
  ExportMyDataResponse,
  ExportPerformanceMetricsData,
  ExportQueryData,
  ExportQueryResponse,
  ExportTablePreviewData,
  ExportTablePreviewResponse,
  GetAdminOverviewData,
  GetAdminOverviewResponse,
  GetAuthStatusData,
  GetAuthStatusResponse,
  GetFileContentData,
  GetHealthData,
  GetHealthResponse,
  GetInferenceLogData,
  GetInferenceLogResponse,
  GetLakebaseHealthData,
  GetLakebaseHealthResponse,
  GetLatencyHeatmapData,
  GetLatencyHeatmapResponse,
  GetMeData,
  GetMeResponse,
  GetMetricsTimeSeriesData,
  GetMetricsTimeSeriesResponse,
  GetMyPermissionsData,
  GetMyPermissionsResponse,
  GetMyWorkspaceData,
  GetMyWorkspaceResponse,
  GetPerformanceMetricsData,
  GetPerformanceMetricsResponse,
  GetPoolHistoryData,
  GetPoolHistoryResponse,
  GetProjectData,
  GetProjectResponse,
  GetPrometheusMetricsData,
  GetQueryData,
  GetQueryResponse,
  GetQueryContentData,
  GetQueryContentResponse,
  GetQueryExportData,
  GetQueryExportResponse,
  GetReadyData,
  GetReadyResponse,
  GetScopePreflightData,
  GetScopePreflightResponse,
  GetServingEndpointData,
  GetServingEndpointResponse,
  GetServingInvocationData,
  GetServingInvocationResponse,
  GetServingLogsData,
  GetServingLogsResponse,
  GetServingMetricsData,
  GetServingMetricsResponse,
  GetStatusData,
  GetStatusResponse,
  GetStorageAlertsData,
  GetStorageAlertsResponse,
  GetTableData,
  GetTableResponse,
  GetTableHistoryData,
  GetTableHistoryResponse,
  GetTableHistoryByPathData,
  GetTableHistoryByPathResponse,
  GetTableSchemaData,
  GetTableSchemaResponse,
  GetTableSchemaByPathData,
  GetTableSchemaByPathResponse,
  GetUnityCatalogSchemaData,
  GetUnityCatalogSchemaResponse,
  GetUploadData,
  GetUploadResponse,
  GetUsageMetricsData,
  GetUsageMetricsResponse,
  GetWarehouseData,
  GetWarehouseResponse,
  HeadFileContentData,
  InvokeServingEndpointData,
  InvokeServingEndpointResponse,
  ListAlertRulesData,
  ListAlertRulesResponse,
  ListAuditEntriesData,
  ListAuditEntriesResponse,
  ListCatalogsData,
  ListCatalogsResponse,
  ListFilesData,
  ListFilesResponse,
  ListInferenceLogsData,
  ListInferenceLogsResponse,
  ListLakebasePreferencesData,
  ListLakebasePreferencesResponse,
  ListOrphanedRecordsData,
  ListOrphanedRecordsResponse,
  ListPreferencesData,
  ListPreferencesResponse,
  ListProjectsData,
  ListProjectsResponse,
  ListQueriesData,
  ListQueriesResponse,
  ListRequestsData,
  ListRequestsResponse,
  ListS3BucketsData,
  ListS3BucketsResponse,
  ListS3ConnectionsData,
  ListS3ConnectionsResponse,
  ListS3ObjectsData,
  ListS3ObjectsResponse,
  ListSchemasData,
  ListSchemasResponse,
  ListServingEndpointsData,
  ListServingEndpointsResponse,
  ListTableFilesData,
  ListTableFilesResponse,
  ListTableFilesByPathData,
  ListTableFilesByPathResponse,
  ListTableNamesData,
  ListTableNamesResponse,
  ListTablesData,
  ListTablesResponse,
  ListTopUsersData,
  ListTopUsersResponse,
  ListVolumesData,
  ListVolumesResponse,
  PostLakebasePreferenceData,
  PostLakebasePreferenceResponse,
  PostPreferenceData,
  PostPreferenceResponse,
  PreviewFileData,
  PreviewFileResponse,
  PreviewTableData,
  PreviewTableResponse,
  PreviewTableByPathData,
  PreviewTableByPathResponse,
  PurgeOrphanedRecordsData,
  PurgeOrphanedRecordsResponse,
  PutDirectoryData,
  PutDirectoryResponse,
  PutFileContentData,
  PutFileContentResponse,
  PutLakebasePreferenceData,
  PutLakebasePreferenceResponse,
  PutPreferenceData,
  PutPreferenceResponse,
  PutUnityCatalogSchemaData,
  PutUnityCatalogSchemaResponse,
  PutUploadPartData,
  PutUploadPartResponse,
  ReadTableLogData,
  ReadTableLogResponse,
  ReadTableLogByPathData,
  ReadTableLogByPathResponse,
  RecordUsageEventsData,
  RecordUsageEventsResponse,
  RotateCredentialData,
  RotateCredentialResponse,
  RunDoctorData,
  RunDoctorResponse,
  RunOperationData,
  RunOperationResponse,
  RunQueryData,
  RunQueryResponse,
  SaveProjectData,
  SaveProjectResponse,
  ScrapeMetricsData,
  SearchCatalogData,
  SearchCatalogResponse,
  StartUploadData,
  StartUploadResponse,
  StreamServingEndpointData,
  TestAlertDeliveryData,
  TestAlertDeliveryResponse,
  UpdateAlertRuleData,
  UpdateAlertRuleResponse,
  UpdateS3ConnectionData,
  UpdateS3ConnectionResponse,
} from '@lakescope/contract';

export const operations = {
  abortUpload: { method: 'DELETE', path: '/api/v1/unity-catalog/files/uploads/{id}', answer: 'nothing' },
  aggregateMetrics: { method: 'POST', path: '/api/v1/metrics/aggregate', answer: 'json' },
  cancelQuery: { method: 'DELETE', path: '/api/v1/unity-catalog/query/{id}', answer: 'json' },
  cancelQueryExport: { method: 'DELETE', path: '/api/v1/unity-catalog/query/{id}/exports/{export_id}', answer: 'json' },
  checkS3Connection: { method: 'POST', path: '/api/v1/s3/connections/{id}/check', answer: 'json' },
  checkTableHealth: { method: 'POST', path: '/api/v1/delta/tables/health', answer: 'json' },
  checkTableHealthByPath: { method: 'GET', path: '/api/v1/delta/tables/health', answer: 'json' },
  completeUpload: { method: 'POST', path: '/api/v1/unity-catalog/files/uploads/{id}/complete', answer: 'json' },
  countMyUsageEvents: { method: 'GET', path: '/api/v1/metrics/usage/count', answer: 'json' },
  createAlertRule: { method: 'POST', path: '/api/v1/metrics/alerts', answer: 'json' },
  createDownloadUrl: { method: 'POST', path: '/api/v1/unity-catalog/files/download-url', answer: 'json' },
  createProject: { method: 'POST', path: '/api/v1/unity-catalog/projects', answer: 'json' },
  createS3Connection: { method: 'POST', path: '/api/v1/s3/connections', answer: 'json' },
  createS3DownloadUrl: { method: 'POST', path: '/api/v1/s3/download-url', answer: 'json' },
  createVolume: { method: 'POST', path: '/api/v1/unity-catalog/volumes', answer: 'json' },
  deleteAlertRule: { method: 'DELETE', path: '/api/v1/metrics/alerts/{id}', answer: 'nothing' },
  deleteDirectory: { method: 'DELETE', path: '/api/v1/unity-catalog/files/directory', answer: 'nothing' },
  deleteFile: { method: 'DELETE', path: '/api/v1/unity-catalog/files', answer: 'nothing' },
  deleteLakebasePreference: { method: 'DELETE', path: '/api/v1/lakebase/preferences/{key}', answer: 'nothing' },
  deletePreference: { method: 'DELETE', path: '/api/v1/preferences/{key}', answer: 'nothing' },
  deleteS3Connection: { method: 'DELETE', path: '/api/v1/s3/connections/{id}', answer: 'nothing' },
  describeTable: { method: 'POST', path: '/api/v1/delta/tables/detail', answer: 'json' },
  describeTableByPath: { method: 'GET', path: '/api/v1/delta/tables/detail', answer: 'json' },
  detectServingSchema: { method: 'GET', path: '/api/v1/serving/endpoints/{name}/schema', answer: 'json' },
  diffTable: { method: 'POST', path: '/api/v1/delta/tables/diff', answer: 'json' },
  diffTableByPath: { method: 'GET', path: '/api/v1/delta/tables/diff', answer: 'json' },
  discoverTables: { method: 'POST', path: '/api/v1/delta/tables', answer: 'json' },
  discoverTablesByPath: { method: 'GET', path: '/api/v1/delta/tables', answer: 'json' },
  eraseInferenceLogs: { method: 'DELETE', path: '/api/v1/serving/logs', answer: 'json' },
  eraseMyData: { method: 'DELETE', path: '/api/v1/user/me/data', answer: 'json' },
  exportAuditEntries: { method: 'GET', path: '/api/v1/admin/audit/export', answer: 'response' },
  exportMyData: { method: 'GET', path: '/api/v1/user/me/data', answer: 'json' },
  exportPerformanceMetrics: { method: 'GET', path: '/api/v1/metrics/performance/export', answer: 'response' },
  exportQuery: { method: 'POST', path: '/api/v1/unity-catalog/query/{id}/export', answer: 'json' },
  exportTablePreview: { method: 'POST', path: '/api/v1/delta/tables/export', answer: 'json' },
  getAdminOverview: { method: 'GET', path: '/api/v1/admin/overview', answer: 'json' },
  getAuthStatus: { method: 'GET', path: '/api/v1/user/auth/status', answer: 'json' },
  getFileContent: { method: 'GET', path: '/api/v1/unity-catalog/files/content', answer: 'response' },
  getHealth: { method: 'GET', path: '/health', answer: 'json' },
  getInferenceLog: { method: 'GET', path: '/api/v1/serving/logs/{request_id}', answer: 'json' },
  getLakebaseHealth: { method: 'GET', path: '/api/v1/lakebase/health', answer: 'json' },
  getLatencyHeatmap: { method: 'GET', path: '/api/v1/metrics/heatmap', answer: 'json' },
  getMe: { method: 'GET', path: '/api/v1/user/me', answer: 'json' },
  getMetricsTimeSeries: { method: 'GET', path: '/api/v1/metrics/time-series', answer: 'json' },
  getMyPermissions: { method: 'GET', path: '/api/v1/user/permissions', answer: 'json' },
  getMyWorkspace: { method: 'GET', path: '/api/v1/user/me/workspace', answer: 'json' },
  getPerformanceMetrics: { method: 'GET', path: '/api/v1/metrics/performance', answer: 'json' },
  getPoolHistory: { method: 'GET', path: '/api/v1/lakebase/pool', answer: 'json' },
  getProject: { method: 'GET', path: '/api/v1/unity-catalog/projects/{slug}', answer: 'json' },
  getPrometheusMetrics: { method: 'GET', path: '/api/v1/metrics/prometheus', answer: 'response' },
  getQuery: { method: 'GET', path: '/api/v1/unity-catalog/query/{id}', answer: 'json' },
  getQueryContent: { method: 'GET', path: '/api/v1/unity-catalog/query/{id}/content', answer: 'json' },
  getQueryExport: { method: 'GET', path: '/api/v1/unity-catalog/query/{id}/exports/{export_id}', answer: 'json' },
  getReady: { method: 'GET', path: '/ready', answer: 'json' },
  getScopePreflight: { method: 'GET', path: '/api/v1/admin/scopes', answer: 'json' },
  getServingEndpoint: { method: 'GET', path: '/api/v1/serving/endpoints/{name}', answer: 'json' },
  getServingInvocation: { method: 'GET', path: '/api/v1/serving/invocations/{request_id}', answer: 'json' },
  getServingLogs: { method: 'GET', path: '/api/v1/serving/endpoints/{name}/logs', answer: 'json' },
  getServingMetrics: { method: 'GET', path: '/api/v1/serving/endpoints/{name}/metrics', answer: 'json' },
  getStatus: { method: 'GET', path: '/api/v1/status', answer: 'json' },
  getStorageAlerts: { method: 'GET', path: '/api/v1/metrics/alerts/storage', answer: 'json' },
  getTable: { method: 'GET', path: '/api/v1/unity-catalog/tables/{full_name}', answer: 'json' },
  getTableHistory: { method: 'POST', path: '/api/v1/delta/tables/history', answer: 'json' },
  getTableHistoryByPath: { method: 'GET', path: '/api/v1/delta/tables/history', answer: 'json' },
  getTableSchema: { method: 'POST', path: '/api/v1/delta/tables/schema', answer: 'json' },
  getTableSchemaByPath: { method: 'GET', path: '/api/v1/delta/tables/schema', answer: 'json' },
  getUnityCatalogSchema: { method: 'GET', path: '/api/v1/settings/unity-catalog-schema', answer: 'json' },
  getUpload: { method: 'GET', path: '/api/v1/unity-catalog/files/uploads/{id}', answer: 'json' },
  getUsageMetrics: { method: 'GET', path: '/api/v1/metrics/usage', answer: 'json' },
  getWarehouse: { method: 'GET', path: '/api/v1/unity-catalog/warehouse', answer: 'json' },
  headFileContent: { method: 'HEAD', path: '/api/v1/unity-catalog/files/content', answer: 'headers' },
  invokeServingEndpoint: { method: 'POST', path: '/api/v1/serving/endpoints/{name}/invocations', answer: 'json' },
  listAlertRules: { method: 'GET', path: '/api/v1/metrics/alerts', answer: 'json' },
  listAuditEntries: { method: 'GET', path: '/api/v1/admin/audit', answer: 'json' },
  listCatalogs: { method: 'GET', path: '/api/v1/unity-catalog/catalogs', answer: 'json' },
  listFiles: { method: 'GET', path: '/api/v1/unity-catalog/files', answer: 'json' },
  listInferenceLogs: { method: 'GET', path: '/api/v1/serving/logs', answer: 'json' },
  listLakebasePreferences: { method: 'GET', path: '/api/v1/lakebase/preferences', answer: 'json' },
  listOrphanedRecords: { method: 'GET', path: '/api/v1/admin/orphaned-records', answer: 'json' },
  listPreferences: { method: 'GET', path: '/api/v1/preferences', answer: 'json' },
  listProjects: { method: 'GET', path: '/api/v1/unity-catalog/projects', answer: 'json' },
  listQueries: { method: 'GET', path: '/api/v1/unity-catalog/queries', answer: 'json' },
  listRequests: { method: 'GET', path: '/api/v1/metrics/requests', answer: 'json' },
  listS3Buckets: { method: 'POST', path: '/api/v1/s3/buckets', answer: 'json' },
  listS3Connections: { method: 'GET', path: '/api/v1/s3/connections', answer: 'json' },
  listS3Objects: { method: 'POST', path: '/api/v1/s3/list', answer: 'json' },
  listSchemas: { method: 'GET', path: '/api/v1/unity-catalog/schemas', answer: 'json' },
  listServingEndpoints: { method: 'GET', path: '/api/v1/serving/endpoints', answer: 'json' },
  listTableFiles: { method: 'POST', path: '/api/v1/delta/tables/files', answer: 'json' },
  listTableFilesByPath: { method: 'GET', path: '/api/v1/delta/tables/files', answer: 'json' },
  listTableNames: { method: 'GET', path: '/api/v1/unity-catalog/table-names', answer: 'json' },
  listTables: { method: 'GET', path: '/api/v1/unity-catalog/tables', answer: 'json' },
  listTopUsers: { method: 'GET', path: '/api/v1/metrics/users', answer: 'json' },
  listVolumes: { method: 'GET', path: '/api/v1/unity-catalog/volumes', answer: 'json' },
  postLakebasePreference: { method: 'POST', path: '/api/v1/lakebase/preferences', answer: 'json' },
  postPreference: { method: 'POST', path: '/api/v1/preferences', answer: 'json' },
  previewFile: { method: 'GET', path: '/api/v1/unity-catalog/files/preview', answer: 'json' },
  previewTable: { method: 'POST', path: '/api/v1/delta/tables/preview', answer: 'json' },
  previewTableByPath: { method: 'GET', path: '/api/v1/delta/tables/preview', answer: 'json' },
  purgeOrphanedRecords: { method: 'POST', path: '/api/v1/admin/orphaned-records/purge', answer: 'json' },
  putDirectory: { method: 'PUT', path: '/api/v1/unity-catalog/files/directory', answer: 'json' },
  putFileContent: { method: 'PUT', path: '/api/v1/unity-catalog/files/content', answer: 'json' },
  putLakebasePreference: { method: 'PUT', path: '/api/v1/lakebase/preferences', answer: 'json' },
  putPreference: { method: 'PUT', path: '/api/v1/preferences', answer: 'json' },
  putUnityCatalogSchema: { method: 'PUT', path: '/api/v1/settings/unity-catalog-schema', answer: 'json' },
  putUploadPart: { method: 'PUT', path: '/api/v1/unity-catalog/files/uploads/{id}/parts/{part}', answer: 'json' },
  readTableLog: { method: 'POST', path: '/api/v1/delta/tables/log/{version}', answer: 'json' },
  readTableLogByPath: { method: 'GET', path: '/api/v1/delta/tables/log/{version}', answer: 'json' },
  recordUsageEvents: { method: 'POST', path: '/api/v1/metrics/usage-events', answer: 'json' },
  rotateCredential: { method: 'POST', path: '/api/v1/admin/credentials/rotate', answer: 'json' },
  runDoctor: { method: 'GET', path: '/api/v1/admin/doctor', answer: 'json' },
  runOperation: { method: 'POST', path: '/api/v1/operations', answer: 'json' },
  runQuery: { method: 'POST', path: '/api/v1/unity-catalog/query', answer: 'json' },
  saveProject: { method: 'PUT', path: '/api/v1/unity-catalog/projects/{slug}', answer: 'json' },
  scrapeMetrics: { method: 'GET', path: '/metrics', answer: 'response' },
  searchCatalog: { method: 'GET', path: '/api/v1/unity-catalog/search', answer: 'json' },
  startUpload: { method: 'POST', path: '/api/v1/unity-catalog/files/uploads', answer: 'json' },
  streamServingEndpoint: { method: 'POST', path: '/api/v1/serving/endpoints/{name}/stream', answer: 'response' },
  testAlertDelivery: { method: 'POST', path: '/api/v1/metrics/alerts/{id}/test-delivery', answer: 'json' },
  updateAlertRule: { method: 'PATCH', path: '/api/v1/metrics/alerts/{id}', answer: 'json' },
  updateS3Connection: { method: 'PATCH', path: '/api/v1/s3/connections/{id}', answer: 'json' },
} as const;

/** What each operation takes and answers. */
export interface OperationTypes {
  /** Gives an upload up. */
  abortUpload: { data: AbortUploadData; answer: undefined };
  /** Rolls metrics up, makes the partitions of the coming days, and lets go of what is old. */
  aggregateMetrics: { data: AggregateMetricsData; answer: AggregateMetricsResponse };
  /** Cancels a query on the SQL warehouse. */
  cancelQuery: { data: CancelQueryData; answer: CancelQueryResponse };
  /** Stops making the file, of which nothing stays. */
  cancelQueryExport: { data: CancelQueryExportData; answer: CancelQueryExportResponse };
  /** Tries each right that looking into the storage needs, and says which policy gives the missing ones. Writes only when asked to. */
  checkS3Connection: { data: CheckS3ConnectionData; answer: CheckS3ConnectionResponse };
  /** Tells what the log, and on request the storage, say about the state of a table, and what to do about it. */
  checkTableHealth: { data: CheckTableHealthData; answer: CheckTableHealthResponse };
  /** Tells what the log, and on request the storage, say about the state of a table, and what to do about it. */
  checkTableHealthByPath: { data: CheckTableHealthByPathData; answer: CheckTableHealthByPathResponse };
  /** Makes the file out of its parts. Nothing is to be seen of it before. */
  completeUpload: { data: CompleteUploadData; answer: CompleteUploadResponse };
  /** How many usage events of the caller are stored */
  countMyUsageEvents: { data: CountMyUsageEventsData; answer: CountMyUsageEventsResponse };
  /** Makes an alert rule; it is evaluated every minute. */
  createAlertRule: { data: CreateAlertRuleData; answer: CreateAlertRuleResponse };
  /** Makes a link by which anybody who has it may read the file for a quarter of an hour, where the platform offers that. */
  createDownloadUrl: { data: CreateDownloadUrlData; answer: CreateDownloadUrlResponse };
  /** Creates a project; the volume for projects is created with the first one. */
  createProject: { data: CreateProjectData; answer: CreateProjectResponse };
  /** Makes an S3 connection. Its keys are stored encrypted, and never answered. */
  createS3Connection: { data: CreateS3ConnectionData; answer: CreateS3ConnectionResponse };
  /** Makes a link by which an object can be downloaded without signing in, for an hour at most. */
  createS3DownloadUrl: { data: CreateS3DownloadUrlData; answer: CreateS3DownloadUrlResponse };
  /** Sees to it that a managed volume is there: 201 when it was created, 200 when it was there already. */
  createVolume: { data: CreateVolumeData; answer: CreateVolumeResponse };
  /** Deletes an alert rule, and what is still to be told about it. */
  deleteAlertRule: { data: DeleteAlertRuleData; answer: undefined };
  /** Deletes an empty directory; one that is not is kept, and how much is in it is told. */
  deleteDirectory: { data: DeleteDirectoryData; answer: undefined };
  /** Deletes a file. */
  deleteFile: { data: DeleteFileData; answer: undefined };
  /** Forgets a preference, so that its default applies again */
  deleteLakebasePreference: { data: DeleteLakebasePreferenceData; answer: undefined };
  /** Forgets a preference, so that its default applies again */
  deletePreference: { data: DeletePreferenceData; answer: undefined };
  /** Deletes an S3 connection and its keys. */
  deleteS3Connection: { data: DeleteS3ConnectionData; answer: undefined };
  /** Describes a version of a table: protocol, features, properties, rows, files and bytes. */
  describeTable: { data: DescribeTableData; answer: DescribeTableResponse };
  /** Describes a version of a table: protocol, features, properties, rows, files and bytes. */
  describeTableByPath: { data: DescribeTableByPathData; answer: DescribeTableByPathResponse };
  /** Finds out what the endpoint takes, within five seconds. */
  detectServingSchema: { data: DetectServingSchemaData; answer: DetectServingSchemaResponse };
  /** Compares two versions of a table: columns, properties, protocol, files and rows. */
  diffTable: { data: DiffTableData; answer: DiffTableResponse };
  /** Compares two versions of a table: columns, properties, protocol, files and rows. */
  diffTableByPath: { data: DiffTableByPathData; answer: DiffTableByPathResponse };
  /** Finds the Delta tables below a folder. */
  discoverTables: { data: DiscoverTablesData; answer: DiscoverTablesResponse };
  /** Finds the Delta tables below a folder. */
  discoverTablesByPath: { data: DiscoverTablesByPathData; answer: DiscoverTablesByPathResponse };
  /** Erases the caller's history. Invocations under way go on. */
  eraseInferenceLogs: { data: EraseInferenceLogsData; answer: EraseInferenceLogsResponse };
  /** Erases everything the app keeps about the caller; what has to stay names nobody any more. */
  eraseMyData: { data: EraseMyDataData; answer: EraseMyDataResponse };
  /** Downloads what people did as CSV, latest first. */
  exportAuditEntries: { data: ExportAuditEntriesData; answer: Response };
  /** Downloads everything the app keeps about the caller. */
  exportMyData: { data: ExportMyDataData; answer: ExportMyDataResponse };
  /** Downloads the figures of the endpoints as CSV, slowest on average first. */
  exportPerformanceMetrics: { data: ExportPerformanceMetricsData; answer: Response };
  /** Makes a file of all rows of the query in a volume; ask for it by its id. */
  exportQuery: { data: ExportQueryData; answer: ExportQueryResponse };
  /** Hands over the rows that a preview shows, from the first one on, as a file. */
  exportTablePreview: { data: ExportTablePreviewData; answer: ExportTablePreviewResponse };
  /** Tells how the app is doing: versions, replicas, database, pool and credential. */
  getAdminOverview: { data: GetAdminOverviewData; answer: GetAdminOverviewResponse };
  /** Whether and how the request is signed in; never refuses */
  getAuthStatus: { data: GetAuthStatusData; answer: GetAuthStatusResponse };
  /** Streams a file, or a range of it. */
  getFileContent: { data: GetFileContentData; answer: Response };
  /** Whether the process answers; cheap and without any dependency */
  getHealth: { data: GetHealthData; answer: GetHealthResponse };
  /** Tells all that is kept of one invocation. */
  getInferenceLog: { data: GetInferenceLogData; answer: GetInferenceLogResponse };
  /** Asks the database a trivial question and says how the connection is doing. */
  getLakebaseHealth: { data: GetLakebaseHealthData; answer: GetLakebaseHealthResponse };
  /** Tells how many requests took how long, step by step, in classes whose bounds are powers of two. */
  getLatencyHeatmap: { data: GetLatencyHeatmapData; answer: GetLatencyHeatmapResponse };
  /** Who the caller is */
  getMe: { data: GetMeData; answer: GetMeResponse };
  /** Tells how metrics changed, step by step: by minutes up to an hour, by 5 minutes up to 2 days, by hours up to 2 weeks, else by days of
UTC; by hours at least where it begins more than 7 days ago. */
  getMetricsTimeSeries: { data: GetMetricsTimeSeriesData; answer: GetMetricsTimeSeriesResponse };
  /** What the caller may do in the UI, tried just now, and what is missing for the rest */
  getMyPermissions: { data: GetMyPermissionsData; answer: GetMyPermissionsResponse };
  /** Who the caller is, and in which workspace */
  getMyWorkspace: { data: GetMyWorkspaceData; answer: GetMyWorkspaceResponse };
  /** Tells how fast requests were answered and how many failed, all together and endpoint by endpoint. */
  getPerformanceMetrics: { data: GetPerformanceMetricsData; answer: GetPerformanceMetricsResponse };
  /** The last hour of the connection pool, for administrators. Asks the database nothing. */
  getPoolHistory: { data: GetPoolHistoryData; answer: GetPoolHistoryResponse };
  /** Reads a project document. One that is malformed is answered as it is, with what is wrong in it by line and column. */
  getProject: { data: GetProjectData; answer: GetProjectResponse };
  /** The metrics of this replica since it started, in the Prometheus text format */
  getPrometheusMetrics: { data: GetPrometheusMetricsData; answer: Response };
  /** Tells how a query stands, with one chunk of its rows. Without being asked for 30 s, a query that runs is canceled. */
  getQuery: { data: GetQueryData; answer: GetQueryResponse };
  /** Hands over the rows of the page as a file, of at most 16 MiB. */
  getQueryContent: { data: GetQueryContentData; answer: GetQueryContentResponse };
  /** Tells how far the file is. */
  getQueryExport: { data: GetQueryExportData; answer: GetQueryExportResponse };
  /** Whether the server is migrated and may get traffic */
  getReady: { data: GetReadyData; answer: GetReadyResponse };
  /** Which scopes the features need, and which of them the app and the caller have */
  getScopePreflight: { data: GetScopePreflightData; answer: GetScopePreflightResponse };
  /** Tells everything about one endpoint. */
  getServingEndpoint: { data: GetServingEndpointData; answer: GetServingEndpointResponse };
  /** Tells how an invocation stands, and what came of it. Of one that is answered later the whole answer is kept for a day. */
  getServingInvocation: { data: GetServingInvocationData; answer: GetServingInvocationResponse };
  /** Shows what a model of an endpoint writes: its newest thousand lines. */
  getServingLogs: { data: GetServingLogsData; answer: GetServingLogsResponse };
  /** Measures an endpoint and each of its models: latency, requests, errors. */
  getServingMetrics: { data: GetServingMetricsData; answer: GetServingMetricsResponse };
  /** What the app depends on, tried with the rights of the caller */
  getStatus: { data: GetStatusData; answer: GetStatusResponse };
  /** Tells whether there is room for metrics, and whether they are worked off. */
  getStorageAlerts: { data: GetStorageAlertsData; answer: GetStorageAlertsResponse };
  /** Shows one table or view: its columns, who may do what with it, and where the Delta Inspector finds it. */
  getTable: { data: GetTableData; answer: GetTableResponse };
  /** Lists the commits of a table, newest first. */
  getTableHistory: { data: GetTableHistoryData; answer: GetTableHistoryResponse };
  /** Lists the commits of a table, newest first. */
  getTableHistoryByPath: { data: GetTableHistoryByPathData; answer: GetTableHistoryByPathResponse };
  /** Lists the columns of a version of a table. */
  getTableSchema: { data: GetTableSchemaData; answer: GetTableSchemaResponse };
  /** Lists the columns of a version of a table. */
  getTableSchemaByPath: { data: GetTableSchemaByPathData; answer: GetTableSchemaByPathResponse };
  /** The caller's default schema: the one they chose, else the one the app was set up with. Answers without a database, too. */
  getUnityCatalogSchema: { data: GetUnityCatalogSchemaData; answer: GetUnityCatalogSchemaResponse };
  /** Says which parts of an upload are there, to go on with it. */
  getUpload: { data: GetUploadData; answer: GetUploadResponse };
  /** Tells what people do in the app: events by their type, and page views. */
  getUsageMetrics: { data: GetUsageMetricsData; answer: GetUsageMetricsResponse };
  /** Says whether the SQL warehouse runs, without starting it. */
  getWarehouse: { data: GetWarehouseData; answer: GetWarehouseResponse };
  /** Says size, type and age of a file without reading it. */
  headFileContent: { data: HeadFileContentData; answer: Headers };
  /** Asks a model. A problem of the model's own stays what it is: what it refuses is a 400 with its words, and a model that wakes up is 503
`MODEL_UNAVAILABLE` with the time to come again. */
  invokeServingEndpoint: { data: InvokeServingEndpointData; answer: InvokeServingEndpointResponse };
  /** Lists the alert rules and how they stand. */
  listAlertRules: { data: ListAlertRulesData; answer: ListAlertRulesResponse };
  /** Lists what people did, latest first. */
  listAuditEntries: { data: ListAuditEntriesData; answer: ListAuditEntriesResponse };
  /** Lists the catalogs the caller may see. */
  listCatalogs: { data: ListCatalogsData; answer: ListCatalogsResponse };
  /** Lists a directory of a volume. */
  listFiles: { data: ListFilesData; answer: ListFilesResponse };
  /** Lists invocations of the caller, the newest first, with the beginning of what was asked and answered. */
  listInferenceLogs: { data: ListInferenceLogsData; answer: ListInferenceLogsResponse };
  /** The caller's preferences, or one of them */
  listLakebasePreferences: { data: ListLakebasePreferencesData; answer: ListLakebasePreferencesResponse };
  /** Lists people who have not been here for long, with what is kept for them. */
  listOrphanedRecords: { data: ListOrphanedRecordsData; answer: ListOrphanedRecordsResponse };
  /** The caller's preferences, or one of them */
  listPreferences: { data: ListPreferencesData; answer: ListPreferencesResponse };
  /** Lists the projects of the caller's default schema. */
  listProjects: { data: ListProjectsData; answer: ListProjectsResponse };
  /** Lists the caller's queries of the last 30 days, the newest first. */
  listQueries: { data: ListQueriesData; answer: ListQueriesResponse };
  /** Lists single requests of the last 7 days, latest first; each with the correlation id that its log lines carry. */
  listRequests: { data: ListRequestsData; answer: ListRequestsResponse };
  /** Lists the buckets of a connection. */
  listS3Buckets: { data: ListS3BucketsData; answer: ListS3BucketsResponse };
  /** Lists the caller's S3 connections, and the one of the environment for those who may use it. */
  listS3Connections: { data: ListS3ConnectionsData; answer: ListS3ConnectionsResponse };
  /** Lists objects and folders below a prefix of a bucket. */
  listS3Objects: { data: ListS3ObjectsData; answer: ListS3ObjectsResponse };
  /** Lists the schemas of a catalog that the caller may see. */
  listSchemas: { data: ListSchemasData; answer: ListSchemasResponse };
  /** Lists the endpoints the caller may see, by name. */
  listServingEndpoints: { data: ListServingEndpointsData; answer: ListServingEndpointsResponse };
  /** Lists the files of a version of a table, by the page. */
  listTableFiles: { data: ListTableFilesData; answer: ListTableFilesResponse };
  /** Lists the files of a version of a table, by the page. */
  listTableFilesByPath: { data: ListTableFilesByPathData; answer: ListTableFilesByPathResponse };
  /** Lists the tables and views of a schema by name: all that a tree needs. */
  listTableNames: { data: ListTableNamesData; answer: ListTableNamesResponse };
  /** Lists the tables and views of a schema with what is known of each. */
  listTables: { data: ListTablesData; answer: ListTablesResponse };
  /** Lists the people who did most. */
  listTopUsers: { data: ListTopUsersData; answer: ListTopUsersResponse };
  /** Lists the volumes of a schema that the caller may see. */
  listVolumes: { data: ListVolumesData; answer: ListVolumesResponse };
  /** Stores a preference, replacing an earlier value; the same as PUT */
  postLakebasePreference: { data: PostLakebasePreferenceData; answer: PostLakebasePreferenceResponse };
  /** Stores a preference, replacing an earlier value; the same as PUT */
  postPreference: { data: PostPreferenceData; answer: PostPreferenceResponse };
  /** Shows the beginning of a file: rows, text, or that it is an image. */
  previewFile: { data: PreviewFileData; answer: PreviewFileResponse };
  /** Reads rows of a version of a table. */
  previewTable: { data: PreviewTableData; answer: PreviewTableResponse };
  /** Reads rows of a version of a table. */
  previewTableByPath: { data: PreviewTableByPathData; answer: PreviewTableByPathResponse };
  /** Deletes what is kept for them, or only counts it: nothing is deleted unless dry_run is false. */
  purgeOrphanedRecords: { data: PurgeOrphanedRecordsData; answer: PurgeOrphanedRecordsResponse };
  /** Sees to it that a directory is there, with all of its parents. */
  putDirectory: { data: PutDirectoryData; answer: PutDirectoryResponse };
  /** Writes a whole file of up to 16 MiB in one request. */
  putFileContent: { data: PutFileContentData; answer: PutFileContentResponse };
  /** Stores a preference, replacing an earlier value */
  putLakebasePreference: { data: PutLakebasePreferenceData; answer: PutLakebasePreferenceResponse };
  /** Stores a preference, replacing an earlier value */
  putPreference: { data: PutPreferenceData; answer: PutPreferenceResponse };
  /** Chooses the caller's default schema; it is kept as the preference uc_schema. */
  putUnityCatalogSchema: { data: PutUnityCatalogSchemaData; answer: PutUnityCatalogSchemaResponse };
  /** Takes one part, in any order; sent again it replaces what was sent before. */
  putUploadPart: { data: PutUploadPartData; answer: PutUploadPartResponse };
  /** Reads the actions of a commit as they were written. */
  readTableLog: { data: ReadTableLogData; answer: ReadTableLogResponse };
  /** Reads the actions of a commit as they were written. */
  readTableLogByPath: { data: ReadTableLogByPathData; answer: ReadTableLogByPathResponse };
  /** Stores what the caller did in the browser, and says what became of each event */
  recordUsageEvents: { data: RecordUsageEventsData; answer: RecordUsageEventsResponse };
  /** Gets a new database credential at once. Open sessions stay, new ones use it; who asks meanwhile gets the same one. */
  rotateCredential: { data: RotateCredentialData; answer: RotateCredentialResponse };
  /** Whether everything the app needs is set up, and what to do where it is not */
  runDoctor: { data: RunDoctorData; answer: RunDoctorResponse };
  /** Runs one operation on the workspace with the caller's own rights. */
  runOperation: { data: RunOperationData; answer: RunOperationResponse };
  /** Runs a query of one table; the answer is whole when `wait_ms` suffices, else ask for it by its id. */
  runQuery: { data: RunQueryData; answer: RunQueryResponse };
  /** Saves a project document, unless somebody else did since it was read. The version before is kept as a backup, the last ten. */
  saveProject: { data: SaveProjectData; answer: SaveProjectResponse };
  /** The same as `/api/v1/metrics/prometheus`, where collectors look for it */
  scrapeMetrics: { data: ScrapeMetricsData; answer: Response };
  /** Finds what the caller may see by its name. What was found may be up to a minute old. */
  searchCatalog: { data: SearchCatalogData; answer: SearchCatalogResponse };
  /** Begins an upload of up to 5 GiB. What stands in its way is told now, before anything is sent. */
  startUpload: { data: StartUploadData; answer: StartUploadResponse };
  /** Asks a language model for an answer that comes piece by piece */
  streamServingEndpoint: { data: StreamServingEndpointData; answer: Response };
  /** Posts a test message to the webhook of a rule, once, and tells what became of it. */
  testAlertDelivery: { data: TestAlertDeliveryData; answer: TestAlertDeliveryResponse };
  /** Changes what is named of an alert rule. What it says begins anew when it is about something else from now on. */
  updateAlertRule: { data: UpdateAlertRuleData; answer: UpdateAlertRuleResponse };
  /** Changes what is named of an S3 connection. */
  updateS3Connection: { data: UpdateS3ConnectionData; answer: UpdateS3ConnectionResponse };
}
