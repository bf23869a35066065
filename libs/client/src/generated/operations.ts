// Generated from the contract by `npm run contract`.
import type {
  AbortUploadData,
  AggregateMetricsData,
  AggregateMetricsResponse,
  CancelJobData,
  CancelJobResponse,
  CancelQueryData,
  CancelQueryResponse,
  CancelQueryExportData,
  CancelQueryExportResponse,
  CancelServingInvocationData,
  CancelServingInvocationResponse,
  CheckFreshnessData,
  CheckFreshnessResponse,
  CheckJobData,
  CheckJobResponse,
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
  CreateScheduleData,
  CreateScheduleResponse,
  CreateVolumeData,
  CreateVolumeResponse,
  DeleteAlertRuleData,
  DeleteDirectoryData,
  DeleteFileData,
  DeleteFreshnessData,
  DeleteFreshnessThresholdData,
  DeleteJobData,
  DeleteJobResponse,
  DeleteLakebasePreferenceData,
  DeletePreferenceData,
  DeleteS3ConnectionData,
  DeleteScheduleData,
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
  DownloadJobLogsData,
  DownloadJobLogsResponse,
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
  GetAdminOverviewData,
  GetAdminOverviewResponse,
  GetAuthStatusData,
  GetAuthStatusResponse,
  GetFileContentData,
  GetHealthData,
  GetHealthResponse,
  GetInferenceLogData,
  GetInferenceLogResponse,
  GetJobData,
  GetJobResponse,
  GetJobsHealthData,
  GetJobsHealthResponse,
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
  GetQueryExportData,
  GetQueryExportResponse,
  GetReadyData,
  GetReadyResponse,
  GetScheduleData,
  GetScheduleResponse,
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
  GrantS3ConnectionData,
  GrantS3ConnectionResponse,
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
  ListFreshnessData,
  ListFreshnessResponse,
  ListFreshnessThresholdsData,
  ListFreshnessThresholdsResponse,
  ListGrantedConnectionsData,
  ListGrantedConnectionsResponse,
  ListInferenceLogsData,
  ListInferenceLogsResponse,
  ListJobFoldersData,
  ListJobFoldersResponse,
  ListJobsData,
  ListJobsResponse,
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
  ListS3ConnectionGrantsData,
  ListS3ConnectionGrantsResponse,
  ListS3ConnectionsData,
  ListS3ConnectionsResponse,
  ListS3ObjectsData,
  ListS3ObjectsResponse,
  ListSchedulesData,
  ListSchedulesResponse,
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
  PlanJobData,
  PlanJobResponse,
  PostLakebasePreferenceData,
  PostLakebasePreferenceResponse,
  PostPreferenceData,
  PostPreferenceResponse,
  PreviewFileData,
  PreviewFileResponse,
  PreviewScheduleData,
  PreviewScheduleResponse,
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
  PutFreshnessThresholdData,
  PutFreshnessThresholdResponse,
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
  RerunInferenceData,
  RerunInferenceResponse,
  RetryJobData,
  RetryJobResponse,
  RevokeS3ConnectionData,
  RotateCredentialData,
  RotateCredentialResponse,
  RunDoctorData,
  RunDoctorResponse,
  RunOperationData,
  RunOperationResponse,
  RunQueryData,
  RunQueryResponse,
  RunScheduleData,
  RunScheduleResponse,
  SaveProjectData,
  SaveProjectResponse,
  ScrapeMetricsData,
  SearchCatalogData,
  SearchCatalogResponse,
  SearchEverythingData,
  SearchEverythingResponse,
  StartJobData,
  StartJobResponse,
  StartUploadData,
  StartUploadResponse,
  StreamJobEventsData,
  StreamJobLogsData,
  StreamServingEndpointData,
  TestAlertDeliveryData,
  TestAlertDeliveryResponse,
  UpdateAlertRuleData,
  UpdateAlertRuleResponse,
  UpdateS3ConnectionData,
  UpdateS3ConnectionResponse,
  UpdateScheduleData,
  UpdateScheduleResponse,
  InvalidRequestDetails,
  InvalidQueryDetails,
  InvalidPreferenceDetails,
  InvalidModelInputDetails,
  DirectAccessRequiredDetails,
  AdminRequiredDetails,
  ScopeMissingDetails,
  TableNotFoundDetails,
  VersionNotFoundDetails,
  EndpointNotFoundDetails,
  PreferenceNotFoundDetails,
  MethodNotAllowedDetails,
  WarehouseStoppedDetails,
  PayloadTooLargeDetails,
  UnsupportedTableFeatureDetails,
  UnsupportedStorageDetails,
  TableCorruptDetails,
  LakebaseNotConfiguredDetails,
  WarehouseNotConfiguredDetails,
} from '@lakescope/contract';
import type { Operation } from '../operation';

/** Gives an upload up. */
export const abortUpload = 'DELETE /api/v1/unity-catalog/files/uploads/{id} nothing' as Operation<AbortUploadData, undefined>;
/** Rolls metrics up, makes the partitions of the coming days, and lets go of what is old. */
export const aggregateMetrics = 'POST /api/v1/metrics/aggregate' as Operation<AggregateMetricsData, AggregateMetricsResponse>;
/** Cancels a job. One that is under way stops after the folders it is at; what it has committed stays. */
export const cancelJob = 'POST /api/v1/jobs/{id}/cancel' as Operation<CancelJobData, CancelJobResponse>;
/** Cancels a query on the SQL warehouse. */
export const cancelQuery = 'DELETE /api/v1/unity-catalog/query/{id}' as Operation<CancelQueryData, CancelQueryResponse>;
/** Stops making the file, of which nothing stays. */
export const cancelQueryExport = 'DELETE /api/v1/unity-catalog/query/{id}/exports/{export_id}' as Operation<CancelQueryExportData, CancelQueryExportResponse>;
/** Cancels an invocation that is answered later, and tells how it stands. The model is let go at once, or within seconds where another
replica waits for it; it may have acted already. One that has ended stays as it is. */
export const cancelServingInvocation = 'POST /api/v1/serving/invocations/{request_id}/cancel idempotent' as Operation<CancelServingInvocationData, CancelServingInvocationResponse>;
/** Reads manifests now, and tells what was found. What could not be read is said so, and changes nothing else. */
export const checkFreshness = 'POST /api/v1/jobs/freshness/check idempotent' as Operation<CheckFreshnessData, CheckFreshnessResponse>;
/** Tries at both ends what a run needs there, and says what is missing and what is too much. At the source nothing is written. */
export const checkJob = 'POST /api/v1/jobs/check' as Operation<CheckJobData, CheckJobResponse>;
/** Tries each right that looking into the storage needs, and says which policy gives the missing ones. Writes only when asked to. */
export const checkS3Connection = 'POST /api/v1/s3/connections/{id}/check' as Operation<CheckS3ConnectionData, CheckS3ConnectionResponse>;
/** Tells what the log, and on request the storage, say about the state of a table, and what to do about it. */
export const checkTableHealth = 'POST /api/v1/delta/tables/health idempotent' as Operation<CheckTableHealthData, CheckTableHealthResponse>;
/** Tells what the log, and on request the storage, say about the state of a table, and what to do about it. */
export const checkTableHealthByPath = 'GET /api/v1/delta/tables/health' as Operation<CheckTableHealthByPathData, CheckTableHealthByPathResponse>;
/** Makes the file out of its parts. Nothing is to be seen of it before. */
export const completeUpload = 'POST /api/v1/unity-catalog/files/uploads/{id}/complete' as Operation<CompleteUploadData, CompleteUploadResponse>;
/** How many usage events of the caller are stored */
export const countMyUsageEvents = 'GET /api/v1/metrics/usage/count' as Operation<CountMyUsageEventsData, CountMyUsageEventsResponse>;
/** Makes an alert rule. On requests it is evaluated every minute; on freshness after each run, look at a manifest and change of a threshold. */
export const createAlertRule = 'POST /api/v1/metrics/alerts' as Operation<CreateAlertRuleData, CreateAlertRuleResponse>;
/** Makes a link by which anybody who has it may read the file for a quarter of an hour, where the platform offers that. */
export const createDownloadUrl = 'POST /api/v1/unity-catalog/files/download-url idempotent' as Operation<CreateDownloadUrlData, CreateDownloadUrlResponse>;
/** Creates a project; the volume for projects is created with the first one. */
export const createProject = 'POST /api/v1/unity-catalog/projects' as Operation<CreateProjectData, CreateProjectResponse>;
/** Makes an S3 connection. Its keys are stored encrypted, and never answered. */
export const createS3Connection = 'POST /api/v1/s3/connections' as Operation<CreateS3ConnectionData, CreateS3ConnectionResponse>;
/** Makes a link by which an object can be downloaded without signing in, for an hour at most. */
export const createS3DownloadUrl = 'POST /api/v1/s3/download-url idempotent' as Operation<CreateS3DownloadUrlData, CreateS3DownloadUrlResponse>;
/** Has a run started again and again, from its next time on. */
export const createSchedule = 'POST /api/v1/jobs/schedules' as Operation<CreateScheduleData, CreateScheduleResponse>;
/** Sees to it that a managed volume is there: 201 when it was created, 200 when it was there already. */
export const createVolume = 'POST /api/v1/unity-catalog/volumes' as Operation<CreateVolumeData, CreateVolumeResponse>;
/** Deletes an alert rule, and what is still to be told about it. */
export const deleteAlertRule = 'DELETE /api/v1/metrics/alerts/{id} nothing' as Operation<DeleteAlertRuleData, undefined>;
/** Deletes an empty directory; one that is not is kept, and how much is in it is told. */
export const deleteDirectory = 'DELETE /api/v1/unity-catalog/files/directory nothing' as Operation<DeleteDirectoryData, undefined>;
/** Deletes a file. */
export const deleteFile = 'DELETE /api/v1/unity-catalog/files nothing' as Operation<DeleteFileData, undefined>;
/** Forgets how fresh the tables of a target are, with its thresholds. What was ingested stays, and its next run begins to tell again. */
export const deleteFreshness = 'DELETE /api/v1/jobs/freshness nothing' as Operation<DeleteFreshnessData, undefined>;
/** Takes a threshold away; one that is not there is no error. */
export const deleteFreshnessThreshold = 'DELETE /api/v1/jobs/freshness/thresholds nothing' as Operation<DeleteFreshnessThresholdData, undefined>;
/** The same as cancelling: what a job did is kept. */
export const deleteJob = 'DELETE /api/v1/jobs/{id}' as Operation<DeleteJobData, DeleteJobResponse>;
/** Forgets a preference, so that its default applies again */
export const deleteLakebasePreference = 'DELETE /api/v1/lakebase/preferences/{key} nothing' as Operation<DeleteLakebasePreferenceData, undefined>;
/** Forgets a preference, so that its default applies again */
export const deletePreference = 'DELETE /api/v1/preferences/{key} nothing' as Operation<DeletePreferenceData, undefined>;
/** Deletes an S3 connection and its keys. */
export const deleteS3Connection = 'DELETE /api/v1/s3/connections/{id} nothing' as Operation<DeleteS3ConnectionData, undefined>;
/** Deletes a schedule. The jobs that it has started stay. */
export const deleteSchedule = 'DELETE /api/v1/jobs/schedules/{id} nothing' as Operation<DeleteScheduleData, undefined>;
/** Describes a version of a table: protocol, features, properties, rows, files and bytes. */
export const describeTable = 'POST /api/v1/delta/tables/detail idempotent' as Operation<DescribeTableData, DescribeTableResponse>;
/** Describes a version of a table: protocol, features, properties, rows, files and bytes. */
export const describeTableByPath = 'GET /api/v1/delta/tables/detail' as Operation<DescribeTableByPathData, DescribeTableByPathResponse>;
/** Finds out what the endpoint takes, within five seconds. */
export const detectServingSchema = 'GET /api/v1/serving/endpoints/{name}/schema' as Operation<DetectServingSchemaData, DetectServingSchemaResponse>;
/** Compares two versions of a table: columns, properties, protocol, files and rows. */
export const diffTable = 'POST /api/v1/delta/tables/diff idempotent' as Operation<DiffTableData, DiffTableResponse>;
/** Compares two versions of a table: columns, properties, protocol, files and rows. */
export const diffTableByPath = 'GET /api/v1/delta/tables/diff' as Operation<DiffTableByPathData, DiffTableByPathResponse>;
/** Finds the Delta tables below a folder. */
export const discoverTables = 'POST /api/v1/delta/tables idempotent' as Operation<DiscoverTablesData, DiscoverTablesResponse>;
/** Finds the Delta tables below a folder. */
export const discoverTablesByPath = 'GET /api/v1/delta/tables' as Operation<DiscoverTablesByPathData, DiscoverTablesByPathResponse>;
/** Downloads the log of a job */
export const downloadJobLogs = 'GET /api/v1/jobs/{id}/logs/download' as Operation<DownloadJobLogsData, DownloadJobLogsResponse>;
/** Erases the caller's history. Invocations under way go on. */
export const eraseInferenceLogs = 'DELETE /api/v1/serving/logs' as Operation<EraseInferenceLogsData, EraseInferenceLogsResponse>;
/** Erases everything the app keeps about the caller; what has to stay names nobody any more. */
export const eraseMyData = 'DELETE /api/v1/user/me/data' as Operation<EraseMyDataData, EraseMyDataResponse>;
/** Downloads what people did as CSV, latest first. */
export const exportAuditEntries = 'GET /api/v1/admin/audit/export response' as Operation<ExportAuditEntriesData, Response>;
/** Downloads everything the app keeps about the caller. */
export const exportMyData = 'GET /api/v1/user/me/data' as Operation<ExportMyDataData, ExportMyDataResponse>;
/** Downloads the figures of the endpoints as CSV, slowest on average first. */
export const exportPerformanceMetrics = 'GET /api/v1/metrics/performance/export response' as Operation<ExportPerformanceMetricsData, Response>;
/** Makes a file of all rows of the query in a volume; ask for it by its id. */
export const exportQuery = 'POST /api/v1/unity-catalog/query/{id}/export' as Operation<ExportQueryData, ExportQueryResponse>;
/** Hands over the rows that a preview shows, from the first one on, as a file. */
export const exportTablePreview = 'POST /api/v1/delta/tables/export response' as Operation<ExportTablePreviewData, Response>;
/** Tells how the app is doing: versions, replicas, database, pool and credential. */
export const getAdminOverview = 'GET /api/v1/admin/overview' as Operation<GetAdminOverviewData, GetAdminOverviewResponse>;
/** Whether and how the request is signed in; never refuses */
export const getAuthStatus = 'GET /api/v1/user/auth/status' as Operation<GetAuthStatusData, GetAuthStatusResponse>;
/** Streams a file, or a range of it. */
export const getFileContent = 'GET /api/v1/unity-catalog/files/content response' as Operation<GetFileContentData, Response>;
/** Whether the process answers; cheap and without any dependency */
export const getHealth = 'GET /health' as Operation<GetHealthData, GetHealthResponse>;
/** Tells all that is kept of one invocation. */
export const getInferenceLog = 'GET /api/v1/serving/logs/{request_id}' as Operation<GetInferenceLogData, GetInferenceLogResponse>;
/** Tells how a job stands, with all its tables. */
export const getJob = 'GET /api/v1/jobs/{id}' as Operation<GetJobData, GetJobResponse>;
/** Tells how the queue stands, over all replicas. */
export const getJobsHealth = 'GET /api/v1/jobs/health' as Operation<GetJobsHealthData, GetJobsHealthResponse>;
/** Asks the database a trivial question and says how the connection is doing. */
export const getLakebaseHealth = 'GET /api/v1/lakebase/health' as Operation<GetLakebaseHealthData, GetLakebaseHealthResponse>;
/** Tells how many requests took how long, step by step, in classes whose bounds are powers of two. */
export const getLatencyHeatmap = 'GET /api/v1/metrics/heatmap' as Operation<GetLatencyHeatmapData, GetLatencyHeatmapResponse>;
/** Who the caller is */
export const getMe = 'GET /api/v1/user/me' as Operation<GetMeData, GetMeResponse>;
/** Tells how metrics changed, step by step: by minutes up to an hour, by 5 minutes up to 2 days, by hours up to 2 weeks, else by days of
UTC; by hours at least where it begins more than 7 days ago. */
export const getMetricsTimeSeries = 'GET /api/v1/metrics/time-series' as Operation<GetMetricsTimeSeriesData, GetMetricsTimeSeriesResponse>;
/** What the caller may do in the UI, tried just now, and what is missing for the rest */
export const getMyPermissions = 'GET /api/v1/user/permissions' as Operation<GetMyPermissionsData, GetMyPermissionsResponse>;
/** Who the caller is, and in which workspace */
export const getMyWorkspace = 'GET /api/v1/user/me/workspace' as Operation<GetMyWorkspaceData, GetMyWorkspaceResponse>;
/** Tells how fast requests were answered and how many failed, all together and endpoint by endpoint. */
export const getPerformanceMetrics = 'GET /api/v1/metrics/performance' as Operation<GetPerformanceMetricsData, GetPerformanceMetricsResponse>;
/** The last hour of the connection pool, for administrators. Asks the database nothing. */
export const getPoolHistory = 'GET /api/v1/lakebase/pool' as Operation<GetPoolHistoryData, GetPoolHistoryResponse>;
/** Reads a project document. One that is malformed is answered as it is, with what is wrong in it by line and column. */
export const getProject = 'GET /api/v1/unity-catalog/projects/{slug}' as Operation<GetProjectData, GetProjectResponse>;
/** The metrics of this replica since it started, in the Prometheus text format */
export const getPrometheusMetrics = 'GET /api/v1/metrics/prometheus response' as Operation<GetPrometheusMetricsData, Response>;
/** Tells how a query stands, with one chunk of its rows. Without being asked for 30 s, a query that runs is canceled. */
export const getQuery = 'GET /api/v1/unity-catalog/query/{id}' as Operation<GetQueryData, GetQueryResponse>;
/** Hands over the rows of the page as a file, of at most 16 MiB. */
export const getQueryContent = 'GET /api/v1/unity-catalog/query/{id}/content response' as Operation<GetQueryContentData, Response>;
/** Tells how far the file is. */
export const getQueryExport = 'GET /api/v1/unity-catalog/query/{id}/exports/{export_id}' as Operation<GetQueryExportData, GetQueryExportResponse>;
/** Whether the server is migrated and may get traffic */
export const getReady = 'GET /ready' as Operation<GetReadyData, GetReadyResponse>;
/** Tells how a schedule stands. */
export const getSchedule = 'GET /api/v1/jobs/schedules/{id}' as Operation<GetScheduleData, GetScheduleResponse>;
/** Which scopes the features need, and which of them the app and the caller have */
export const getScopePreflight = 'GET /api/v1/admin/scopes' as Operation<GetScopePreflightData, GetScopePreflightResponse>;
/** Tells everything about one endpoint. */
export const getServingEndpoint = 'GET /api/v1/serving/endpoints/{name}' as Operation<GetServingEndpointData, GetServingEndpointResponse>;
/** Tells how an invocation stands, and what came of it. Of one that is answered later the whole answer is kept for a day. */
export const getServingInvocation = 'GET /api/v1/serving/invocations/{request_id}' as Operation<GetServingInvocationData, GetServingInvocationResponse>;
/** Shows what a model of an endpoint writes: its newest thousand lines. */
export const getServingLogs = 'GET /api/v1/serving/endpoints/{name}/logs' as Operation<GetServingLogsData, GetServingLogsResponse>;
/** Measures an endpoint and each of its models: latency, requests, errors. */
export const getServingMetrics = 'GET /api/v1/serving/endpoints/{name}/metrics' as Operation<GetServingMetricsData, GetServingMetricsResponse>;
/** What the app depends on, tried with the rights of the caller */
export const getStatus = 'GET /api/v1/status' as Operation<GetStatusData, GetStatusResponse>;
/** Tells whether there is room for metrics, and whether they are worked off. */
export const getStorageAlerts = 'GET /api/v1/metrics/alerts/storage' as Operation<GetStorageAlertsData, GetStorageAlertsResponse>;
/** Shows one table or view: its columns, who may do what with it, and where the Delta Inspector finds it. */
export const getTable = 'GET /api/v1/unity-catalog/tables/{full_name}' as Operation<GetTableData, GetTableResponse>;
/** Lists the commits of a table, newest first. */
export const getTableHistory = 'POST /api/v1/delta/tables/history idempotent' as Operation<GetTableHistoryData, GetTableHistoryResponse>;
/** Lists the commits of a table, newest first. */
export const getTableHistoryByPath = 'GET /api/v1/delta/tables/history' as Operation<GetTableHistoryByPathData, GetTableHistoryByPathResponse>;
/** Lists the columns of a version of a table. */
export const getTableSchema = 'POST /api/v1/delta/tables/schema idempotent' as Operation<GetTableSchemaData, GetTableSchemaResponse>;
/** Lists the columns of a version of a table. */
export const getTableSchemaByPath = 'GET /api/v1/delta/tables/schema' as Operation<GetTableSchemaByPathData, GetTableSchemaByPathResponse>;
/** The caller's default schema: the one they chose, else the one the app was set up with. Answers without a database, too. */
export const getUnityCatalogSchema = 'GET /api/v1/settings/unity-catalog-schema' as Operation<GetUnityCatalogSchemaData, GetUnityCatalogSchemaResponse>;
/** Says which parts of an upload are there, to go on with it. */
export const getUpload = 'GET /api/v1/unity-catalog/files/uploads/{id}' as Operation<GetUploadData, GetUploadResponse>;
/** Tells what people do in the app: events by their type, and page views. */
export const getUsageMetrics = 'GET /api/v1/metrics/usage' as Operation<GetUsageMetricsData, GetUsageMetricsResponse>;
/** Says whether the SQL warehouse runs, without starting it. */
export const getWarehouse = 'GET /api/v1/unity-catalog/warehouse' as Operation<GetWarehouseData, GetWarehouseResponse>;
/** Lets a person start jobs with a connection, within its bucket and below its prefix. */
export const grantS3Connection = 'POST /api/v1/s3/connections/{id}/grants' as Operation<GrantS3ConnectionData, GrantS3ConnectionResponse>;
/** Says size, type and age of a file without reading it. */
export const headFileContent = 'HEAD /api/v1/unity-catalog/files/content headers' as Operation<HeadFileContentData, Headers>;
/** Asks a model. A problem of the model's own stays what it is: what it refuses is a 400 with its words, and a model that wakes up is 503
`MODEL_UNAVAILABLE` with the time to come again. */
export const invokeServingEndpoint = 'POST /api/v1/serving/endpoints/{name}/invocations' as Operation<InvokeServingEndpointData, InvokeServingEndpointResponse>;
/** Lists the alert rules and how they stand. */
export const listAlertRules = 'GET /api/v1/metrics/alerts' as Operation<ListAlertRulesData, ListAlertRulesResponse>;
/** Lists what people did, latest first. */
export const listAuditEntries = 'GET /api/v1/admin/audit' as Operation<ListAuditEntriesData, ListAuditEntriesResponse>;
/** Lists the catalogs the caller may see. */
export const listCatalogs = 'GET /api/v1/unity-catalog/catalogs' as Operation<ListCatalogsData, ListCatalogsResponse>;
/** Lists a directory of a volume. */
export const listFiles = 'GET /api/v1/unity-catalog/files' as Operation<ListFilesData, ListFilesResponse>;
/** Lists ingested tables with how far each lies behind its source. */
export const listFreshness = 'GET /api/v1/jobs/freshness' as Operation<ListFreshnessData, ListFreshnessResponse>;
/** Lists thresholds, by target and table. */
export const listFreshnessThresholds = 'GET /api/v1/jobs/freshness/thresholds' as Operation<ListFreshnessThresholdsData, ListFreshnessThresholdsResponse>;
/** Lists connections that others let the caller start jobs with. */
export const listGrantedConnections = 'GET /api/v1/s3/granted-connections' as Operation<ListGrantedConnectionsData, ListGrantedConnectionsResponse>;
/** Lists invocations of the caller, the newest first, with the beginning of what was asked and answered. */
export const listInferenceLogs = 'GET /api/v1/serving/logs' as Operation<ListInferenceLogsData, ListInferenceLogsResponse>;
/** Lists what a job did to the folders of a table, the oldest first. */
export const listJobFolders = 'GET /api/v1/jobs/{id}/tables/{table}/folders' as Operation<ListJobFoldersData, ListJobFoldersResponse>;
/** Lists jobs, the newest first. */
export const listJobs = 'GET /api/v1/jobs' as Operation<ListJobsData, ListJobsResponse>;
/** The caller's preferences, or one of them */
export const listLakebasePreferences = 'GET /api/v1/lakebase/preferences' as Operation<ListLakebasePreferencesData, ListLakebasePreferencesResponse>;
/** Lists people who have not been here for long, with what is kept for them. */
export const listOrphanedRecords = 'GET /api/v1/admin/orphaned-records' as Operation<ListOrphanedRecordsData, ListOrphanedRecordsResponse>;
/** The caller's preferences, or one of them */
export const listPreferences = 'GET /api/v1/preferences' as Operation<ListPreferencesData, ListPreferencesResponse>;
/** Lists the projects of the caller's default schema. */
export const listProjects = 'GET /api/v1/unity-catalog/projects' as Operation<ListProjectsData, ListProjectsResponse>;
/** Lists the caller's queries of the last 30 days, the newest first. */
export const listQueries = 'GET /api/v1/unity-catalog/queries' as Operation<ListQueriesData, ListQueriesResponse>;
/** Lists single requests of the last 7 days, latest first; each with the correlation id that its log lines carry. */
export const listRequests = 'GET /api/v1/metrics/requests' as Operation<ListRequestsData, ListRequestsResponse>;
/** Lists the buckets of a connection. */
export const listS3Buckets = 'POST /api/v1/s3/buckets idempotent' as Operation<ListS3BucketsData, ListS3BucketsResponse>;
/** Lists who may start jobs with a connection of the caller's. */
export const listS3ConnectionGrants = 'GET /api/v1/s3/connections/{id}/grants' as Operation<ListS3ConnectionGrantsData, ListS3ConnectionGrantsResponse>;
/** Lists the caller's S3 connections, and the one of the environment for those who may use it. */
export const listS3Connections = 'GET /api/v1/s3/connections' as Operation<ListS3ConnectionsData, ListS3ConnectionsResponse>;
/** Lists objects and folders below a prefix of a bucket. */
export const listS3Objects = 'POST /api/v1/s3/list idempotent' as Operation<ListS3ObjectsData, ListS3ObjectsResponse>;
/** Lists schedules, by name. */
export const listSchedules = 'GET /api/v1/jobs/schedules' as Operation<ListSchedulesData, ListSchedulesResponse>;
/** Lists the schemas of a catalog that the caller may see. */
export const listSchemas = 'GET /api/v1/unity-catalog/schemas' as Operation<ListSchemasData, ListSchemasResponse>;
/** Lists the endpoints the caller may see, by name. */
export const listServingEndpoints = 'GET /api/v1/serving/endpoints' as Operation<ListServingEndpointsData, ListServingEndpointsResponse>;
/** Lists the files of a version of a table, by the page. */
export const listTableFiles = 'POST /api/v1/delta/tables/files idempotent' as Operation<ListTableFilesData, ListTableFilesResponse>;
/** Lists the files of a version of a table, by the page. */
export const listTableFilesByPath = 'GET /api/v1/delta/tables/files' as Operation<ListTableFilesByPathData, ListTableFilesByPathResponse>;
/** Lists the tables and views of a schema by name: all that a tree needs. */
export const listTableNames = 'GET /api/v1/unity-catalog/table-names' as Operation<ListTableNamesData, ListTableNamesResponse>;
/** Lists the tables and views of a schema with what is known of each. */
export const listTables = 'GET /api/v1/unity-catalog/tables' as Operation<ListTablesData, ListTablesResponse>;
/** Lists the people who did most. */
export const listTopUsers = 'GET /api/v1/metrics/users' as Operation<ListTopUsersData, ListTopUsersResponse>;
/** Lists the volumes of a schema that the caller may see. */
export const listVolumes = 'GET /api/v1/unity-catalog/volumes' as Operation<ListVolumesData, ListVolumesResponse>;
/** Tells what a run would do, table by table. Writes nothing. */
export const planJob = 'POST /api/v1/jobs/plan idempotent' as Operation<PlanJobData, PlanJobResponse>;
/** Stores a preference, replacing an earlier value; the same as PUT */
export const postLakebasePreference = 'POST /api/v1/lakebase/preferences idempotent' as Operation<PostLakebasePreferenceData, PostLakebasePreferenceResponse>;
/** Stores a preference, replacing an earlier value; the same as PUT */
export const postPreference = 'POST /api/v1/preferences idempotent' as Operation<PostPreferenceData, PostPreferenceResponse>;
/** Shows the beginning of a file: rows, text, or that it is an image. */
export const previewFile = 'GET /api/v1/unity-catalog/files/preview' as Operation<PreviewFileData, PreviewFileResponse>;
/** Tells when a schedule would be due. */
export const previewSchedule = 'POST /api/v1/jobs/schedules/preview idempotent' as Operation<PreviewScheduleData, PreviewScheduleResponse>;
/** Reads rows of a version of a table. */
export const previewTable = 'POST /api/v1/delta/tables/preview idempotent' as Operation<PreviewTableData, PreviewTableResponse>;
/** Reads rows of a version of a table. */
export const previewTableByPath = 'GET /api/v1/delta/tables/preview' as Operation<PreviewTableByPathData, PreviewTableByPathResponse>;
/** Deletes what is kept for them, or only counts it: nothing is deleted unless dry_run is false. */
export const purgeOrphanedRecords = 'POST /api/v1/admin/orphaned-records/purge' as Operation<PurgeOrphanedRecordsData, PurgeOrphanedRecordsResponse>;
/** Sees to it that a directory is there, with all of its parents. */
export const putDirectory = 'PUT /api/v1/unity-catalog/files/directory' as Operation<PutDirectoryData, PutDirectoryResponse>;
/** Writes a whole file of up to 16 MiB in one request. */
export const putFileContent = 'PUT /api/v1/unity-catalog/files/content' as Operation<PutFileContentData, PutFileContentResponse>;
/** Sets from how far behind on the tables of a target, or one of them, are late. */
export const putFreshnessThreshold = 'PUT /api/v1/jobs/freshness/thresholds' as Operation<PutFreshnessThresholdData, PutFreshnessThresholdResponse>;
/** Stores a preference, replacing an earlier value */
export const putLakebasePreference = 'PUT /api/v1/lakebase/preferences' as Operation<PutLakebasePreferenceData, PutLakebasePreferenceResponse>;
/** Stores a preference, replacing an earlier value */
export const putPreference = 'PUT /api/v1/preferences' as Operation<PutPreferenceData, PutPreferenceResponse>;
/** Chooses the caller's default schema; it is kept as the preference uc_schema. */
export const putUnityCatalogSchema = 'PUT /api/v1/settings/unity-catalog-schema' as Operation<PutUnityCatalogSchemaData, PutUnityCatalogSchemaResponse>;
/** Takes one part, in any order; sent again it replaces what was sent before. */
export const putUploadPart = 'PUT /api/v1/unity-catalog/files/uploads/{id}/parts/{part}' as Operation<PutUploadPartData, PutUploadPartResponse>;
/** Reads the actions of a commit as they were written. */
export const readTableLog = 'POST /api/v1/delta/tables/log/{version} idempotent' as Operation<ReadTableLogData, ReadTableLogResponse>;
/** Reads the actions of a commit as they were written. */
export const readTableLogByPath = 'GET /api/v1/delta/tables/log/{version}' as Operation<ReadTableLogByPathData, ReadTableLogByPathResponse>;
/** Stores what the caller did in the browser, and says what became of each event */
export const recordUsageEvents = 'POST /api/v1/metrics/usage-events' as Operation<RecordUsageEventsData, RecordUsageEventsResponse>;
/** Sends the inputs of an invocation of the caller's history again, byte by byte, to the same endpoint or to another one. */
export const rerunInference = 'POST /api/v1/serving/logs/{request_id}/rerun' as Operation<RerunInferenceData, RerunInferenceResponse>;
/** Starts a new job of what this one has left behind: failed tables, and folders that were put aside. */
export const retryJob = 'POST /api/v1/jobs/{id}/retry' as Operation<RetryJobData, RetryJobResponse>;
/** Takes that from them again. Their jobs that are under way go on; none begins any more. */
export const revokeS3Connection = 'DELETE /api/v1/s3/connections/{id}/grants/{grantee} nothing' as Operation<RevokeS3ConnectionData, undefined>;
/** Gets a new database credential at once. Open sessions stay, new ones use it; who asks meanwhile gets the same one. */
export const rotateCredential = 'POST /api/v1/admin/credentials/rotate' as Operation<RotateCredentialData, RotateCredentialResponse>;
/** Whether everything the app needs is set up, and what to do where it is not */
export const runDoctor = 'GET /api/v1/admin/doctor' as Operation<RunDoctorData, RunDoctorResponse>;
/** Runs one operation on the workspace with the caller's own rights. */
export const runOperation = 'POST /api/v1/operations' as Operation<RunOperationData, RunOperationResponse>;
/** Runs a query of one table; the answer is whole when `wait_ms` suffices, else ask for it by its id. */
export const runQuery = 'POST /api/v1/unity-catalog/query' as Operation<RunQueryData, RunQueryResponse>;
/** Starts a run of a schedule now, whether or not anything is new. Its times stay as they are. */
export const runSchedule = 'POST /api/v1/jobs/schedules/{id}/run' as Operation<RunScheduleData, RunScheduleResponse>;
/** Saves a project document, unless somebody else did since it was read. The version before is kept as a backup, the last ten. */
export const saveProject = 'PUT /api/v1/unity-catalog/projects/{slug}' as Operation<SaveProjectData, SaveProjectResponse>;
/** The same as `/api/v1/metrics/prometheus`, where collectors look for it */
export const scrapeMetrics = 'GET /metrics response' as Operation<ScrapeMetricsData, Response>;
/** Finds what the caller may see by its name. What was found may be up to a minute old. */
export const searchCatalog = 'GET /api/v1/unity-catalog/search' as Operation<SearchCatalogData, SearchCatalogResponse>;
/** Searches catalogs, schemas, tables, volumes, serving endpoints and the caller's ingestion jobs by name. A place that cannot be searched
says so in its group. What was found may be up to a minute old. */
export const searchEverything = 'GET /api/v1/search' as Operation<SearchEverythingData, SearchEverythingResponse>;
/** Starts a run: it waits in the queue until there is room for it. */
export const startJob = 'POST /api/v1/jobs' as Operation<StartJobData, StartJobResponse>;
/** Begins an upload of up to 5 GiB. What stands in its way is told now, before anything is sent. */
export const startUpload = 'POST /api/v1/unity-catalog/files/uploads' as Operation<StartUploadData, StartUploadResponse>;
/** Follows a job */
export const streamJobEvents = 'GET /api/v1/jobs/{id}/events response' as Operation<StreamJobEventsData, Response>;
/** Follows the log of a job */
export const streamJobLogs = 'GET /api/v1/jobs/{id}/logs response' as Operation<StreamJobLogsData, Response>;
/** Asks a language model for an answer that comes piece by piece */
export const streamServingEndpoint = 'POST /api/v1/serving/endpoints/{name}/stream response' as Operation<StreamServingEndpointData, Response>;
/** Posts a test message to the webhook of a rule, once, and tells what became of it. */
export const testAlertDelivery = 'POST /api/v1/metrics/alerts/{id}/test-delivery' as Operation<TestAlertDeliveryData, TestAlertDeliveryResponse>;
/** Changes what is named of an alert rule. What it says begins anew when it is about something else from now on. */
export const updateAlertRule = 'PATCH /api/v1/metrics/alerts/{id}' as Operation<UpdateAlertRuleData, UpdateAlertRuleResponse>;
/** Changes what is named of an S3 connection. */
export const updateS3Connection = 'PATCH /api/v1/s3/connections/{id}' as Operation<UpdateS3ConnectionData, UpdateS3ConnectionResponse>;
/** Changes what is named of a schedule. */
export const updateSchedule = 'PATCH /api/v1/jobs/schedules/{id}' as Operation<UpdateScheduleData, UpdateScheduleResponse>;

/** All operations of the contract, by the name of the client that each becomes. */
export const operations = {
  abortUpload,
  aggregateMetrics,
  cancelJob,
  cancelQuery,
  cancelQueryExport,
  cancelServingInvocation,
  checkFreshness,
  checkJob,
  checkS3Connection,
  checkTableHealth,
  checkTableHealthByPath,
  completeUpload,
  countMyUsageEvents,
  createAlertRule,
  createDownloadUrl,
  createProject,
  createS3Connection,
  createS3DownloadUrl,
  createSchedule,
  createVolume,
  deleteAlertRule,
  deleteDirectory,
  deleteFile,
  deleteFreshness,
  deleteFreshnessThreshold,
  deleteJob,
  deleteLakebasePreference,
  deletePreference,
  deleteS3Connection,
  deleteSchedule,
  describeTable,
  describeTableByPath,
  detectServingSchema,
  diffTable,
  diffTableByPath,
  discoverTables,
  discoverTablesByPath,
  downloadJobLogs,
  eraseInferenceLogs,
  eraseMyData,
  exportAuditEntries,
  exportMyData,
  exportPerformanceMetrics,
  exportQuery,
  exportTablePreview,
  getAdminOverview,
  getAuthStatus,
  getFileContent,
  getHealth,
  getInferenceLog,
  getJob,
  getJobsHealth,
  getLakebaseHealth,
  getLatencyHeatmap,
  getMe,
  getMetricsTimeSeries,
  getMyPermissions,
  getMyWorkspace,
  getPerformanceMetrics,
  getPoolHistory,
  getProject,
  getPrometheusMetrics,
  getQuery,
  getQueryContent,
  getQueryExport,
  getReady,
  getSchedule,
  getScopePreflight,
  getServingEndpoint,
  getServingInvocation,
  getServingLogs,
  getServingMetrics,
  getStatus,
  getStorageAlerts,
  getTable,
  getTableHistory,
  getTableHistoryByPath,
  getTableSchema,
  getTableSchemaByPath,
  getUnityCatalogSchema,
  getUpload,
  getUsageMetrics,
  getWarehouse,
  grantS3Connection,
  headFileContent,
  invokeServingEndpoint,
  listAlertRules,
  listAuditEntries,
  listCatalogs,
  listFiles,
  listFreshness,
  listFreshnessThresholds,
  listGrantedConnections,
  listInferenceLogs,
  listJobFolders,
  listJobs,
  listLakebasePreferences,
  listOrphanedRecords,
  listPreferences,
  listProjects,
  listQueries,
  listRequests,
  listS3Buckets,
  listS3ConnectionGrants,
  listS3Connections,
  listS3Objects,
  listSchedules,
  listSchemas,
  listServingEndpoints,
  listTableFiles,
  listTableFilesByPath,
  listTableNames,
  listTables,
  listTopUsers,
  listVolumes,
  planJob,
  postLakebasePreference,
  postPreference,
  previewFile,
  previewSchedule,
  previewTable,
  previewTableByPath,
  purgeOrphanedRecords,
  putDirectory,
  putFileContent,
  putFreshnessThreshold,
  putLakebasePreference,
  putPreference,
  putUnityCatalogSchema,
  putUploadPart,
  readTableLog,
  readTableLogByPath,
  recordUsageEvents,
  rerunInference,
  retryJob,
  revokeS3Connection,
  rotateCredential,
  runDoctor,
  runOperation,
  runQuery,
  runSchedule,
  saveProject,
  scrapeMetrics,
  searchCatalog,
  searchEverything,
  startJob,
  startUpload,
  streamJobEvents,
  streamJobLogs,
  streamServingEndpoint,
  testAlertDelivery,
  updateAlertRule,
  updateS3Connection,
  updateSchedule,
};

/** What `technical_details` of a problem holds beside `error_type`, where the contract knows it. */
export interface DetailsByCode {
  INVALID_REQUEST: InvalidRequestDetails;
  INVALID_QUERY: InvalidQueryDetails;
  INVALID_PREFERENCE: InvalidPreferenceDetails;
  INVALID_MODEL_INPUT: InvalidModelInputDetails;
  DIRECT_ACCESS_REQUIRED: DirectAccessRequiredDetails;
  ADMIN_REQUIRED: AdminRequiredDetails;
  SCOPE_MISSING: ScopeMissingDetails;
  TABLE_NOT_FOUND: TableNotFoundDetails;
  VERSION_NOT_FOUND: VersionNotFoundDetails;
  ENDPOINT_NOT_FOUND: EndpointNotFoundDetails;
  PREFERENCE_NOT_FOUND: PreferenceNotFoundDetails;
  METHOD_NOT_ALLOWED: MethodNotAllowedDetails;
  WAREHOUSE_STOPPED: WarehouseStoppedDetails;
  PAYLOAD_TOO_LARGE: PayloadTooLargeDetails;
  UNSUPPORTED_TABLE_FEATURE: UnsupportedTableFeatureDetails;
  UNSUPPORTED_STORAGE: UnsupportedStorageDetails;
  TABLE_CORRUPT: TableCorruptDetails;
  LAKEBASE_NOT_CONFIGURED: LakebaseNotConfiguredDetails;
  WAREHOUSE_NOT_CONFIGURED: WarehouseNotConfiguredDetails;
}
