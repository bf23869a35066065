export * from './generated/types.gen';
export {
  countMyUsageEventsRequest as countMyUsageEvents,
  createAlertRuleRequest as createAlertRule,
  deleteAlertRuleRequest as deleteAlertRule,
  describeTableRequest as describeTable,
  discoverTablesRequest as discoverTables,
  eraseMyDataRequest as eraseMyData,
  exportAuditEntriesRequest as exportAuditEntries,
  exportMyDataRequest as exportMyData,
  exportPerformanceMetricsRequest as exportPerformanceMetrics,
  getAdminOverviewRequest as getAdminOverview,
  getAuthStatusRequest as getAuthStatus,
  getFileContentRequest as getFileContent,
  getLakebaseHealthRequest as getLakebaseHealth,
  getLatencyHeatmapRequest as getLatencyHeatmap,
  getMetricsTimeSeriesRequest as getMetricsTimeSeries,
  getMyPermissionsRequest as getMyPermissions,
  getMyWorkspaceRequest as getMyWorkspace,
  getPerformanceMetricsRequest as getPerformanceMetrics,
  getPoolHistoryRequest as getPoolHistory,
  getScopePreflightRequest as getScopePreflight,
  getStatusRequest as getStatus,
  getStorageAlertsRequest as getStorageAlerts,
  getTableHistoryRequest as getTableHistory,
  getTableSchemaRequest as getTableSchema,
  getUsageMetricsRequest as getUsageMetrics,
  listAlertRulesRequest as listAlertRules,
  listAuditEntriesRequest as listAuditEntries,
  listCatalogsRequest as listCatalogs,
  listFilesRequest as listFiles,
  listOrphanedRecordsRequest as listOrphanedRecords,
  listPreferencesRequest as listPreferences,
  listRequestsRequest as listRequests,
  listSchemasRequest as listSchemas,
  listTopUsersRequest as listTopUsers,
  listVolumesRequest as listVolumes,
  previewTableRequest as previewTable,
  purgeOrphanedRecordsRequest as purgeOrphanedRecords,
  putPreferenceRequest as putPreference,
  recordUsageEventsRequest as recordUsageEvents,
  rotateCredentialRequest as rotateCredential,
  runDoctorRequest as runDoctor,
  testAlertDeliveryRequest as testAlertDelivery,
  updateAlertRuleRequest as updateAlertRule,
} from './generated/@angular/common.gen';
export { Api } from './api';
export { type ApiPages, apiPages } from './api-pages';
export { type ApiResource, apiResource } from './api-resource';
export { BackgroundApi } from './background-api';
export { Connection } from './connection';
export { type Problem, problemFrom } from './problem';
export { provideApi } from './provide-api';
export { TransferApi, type Transferred, type TransferOptions } from './transfer-api';
