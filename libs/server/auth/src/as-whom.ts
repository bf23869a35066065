/** One kind of call to the platform, and with whose rights it is made. */
export interface PlatformCall {
  /** `user`: with the forwarded token of whoever asks. `app`: with the token of the app's service principal. `nobody`: with none. */
  readonly as: 'user' | 'app' | 'nobody';
  /** Method and template of the platform's route; `*` is the rest of the path. */
  readonly route: string;
  /** What the user's token must hold for it. */
  readonly scope?: string;
  /** Not each time, but then. */
  readonly when?:
    | 'not remembered'
    | 'on Lakebase Provisioned'
    | 'on Lakebase Autoscaling'
    | 'by the operation asked for'
    | 'without the volume'
    | 'for Delta tables outside of volumes'
    | 'without the scope unity-catalog'
    | 'with too many backups'
    | 'as the query stands'
    | 'for models of the workspace'
    | 'where the model has to be known'
    | 'for tables of Unity Catalog'
    | 'for tables of Unity Catalog without keys to their files';
}

/** In whose name rows are read and written. The app alone logs in; row-level security shows a user's transaction that user's rows. */
export type DatabaseUse = 'user' | 'system' | 'nobody';

/** What one operation of the API does in whose name. */
export interface AsWhom {
  readonly calls: readonly PlatformCall[];
  readonly database: readonly DatabaseUse[];
}

const PROVISIONED = 'on Lakebase Provisioned';
const AUTOSCALING = 'on Lakebase Autoscaling';
const WHO_AM_I = 'GET /api/2.0/preview/scim/v2/Me';
const CATALOGS: PlatformCall = asUser('GET /api/2.1/unity-catalog/catalogs', 'unity-catalog');
const SCHEMAS: PlatformCall = asUser('GET /api/2.1/unity-catalog/schemas', 'unity-catalog');
const VOLUMES: PlatformCall = asUser('GET /api/2.1/unity-catalog/volumes', 'unity-catalog');
const TABLES: PlatformCall = asUser('GET /api/2.1/unity-catalog/tables', 'unity-catalog');
const DIRECTORIES: PlatformCall = asUser('GET /api/2.0/fs/directories/*', 'files');
const FILES: PlatformCall = asUser('GET /api/2.0/fs/files/*', 'files');
const WRITE_FILES: PlatformCall = asUser('PUT /api/2.0/fs/files/*', 'files');
const LOOK_AT_FILES: PlatformCall = asUser('HEAD /api/2.0/fs/files/*', 'files');
const UPLOAD_IN_PARTS: PlatformCall = asUser('POST /api/2.0/fs/files/*', 'files');
const ABORT_UPLOAD: PlatformCall = asUser('POST /api/2.0/fs/create-abort-upload-url', 'files');
/** A link of the platform's carries its own right, for one part and a quarter of an hour. */
const SEND_PART: PlatformCall = { as: 'nobody', route: 'PUT /.storage/uploads/:id/:part' };
const END_PARTS: PlatformCall = { as: 'nobody', route: 'DELETE /.storage/uploads/:id' };
const GET_VOLUME: PlatformCall = asUser('GET /api/2.1/unity-catalog/volumes/:name', 'unity-catalog');
const CREATE_VOLUME: PlatformCall = asUser('POST /api/2.1/unity-catalog/volumes', 'unity-catalog');
const GET_WAREHOUSE: PlatformCall = asUser('GET /api/2.0/sql/warehouses/:id', 'sql');
const GET_COLUMNS: PlatformCall = asUser('GET /api/2.1/unity-catalog/tables/:name', 'unity-catalog');
const TABLE_KEYS: PlatformCall = asUser('POST /api/2.0/unity-catalog/temporary-table-credentials', 'unity-catalog');
const RUN_STATEMENT: PlatformCall = asUser('POST /api/2.0/sql/statements', 'sql');
const LIST_ENDPOINTS: PlatformCall = asUser('GET /api/2.0/serving-endpoints', 'model-serving');
const GET_ENDPOINT: PlatformCall = asUser('GET /api/2.0/serving-endpoints/:name', 'model-serving');
const GET_STATEMENT: PlatformCall = asUser('GET /api/2.0/sql/statements/:id', 'sql');
const GET_CHUNK: PlatformCall = asUser('GET /api/2.0/sql/statements/:id/result/chunks/:index', 'sql');
const CANCEL_STATEMENT: PlatformCall = asUser('POST /api/2.0/sql/statements/:id/cancel', 'sql');
/** What browses when the token is not good for the REST API of the catalog. */
const BY_SQL: readonly PlatformCall[] = [GET_WAREHOUSE, RUN_STATEMENT, GET_STATEMENT, GET_CHUNK, CANCEL_STATEMENT].map(
  (call) => ({ ...call, when: 'without the scope unity-catalog' }),
);
/** All names that somebody may see. */
const NAMES: readonly PlatformCall[] = [
  ...[CATALOGS, SCHEMAS, asUser('GET /api/2.1/unity-catalog/table-summaries', 'unity-catalog'), VOLUMES].map(
    (call) => ({
      ...call,
      when: 'not remembered' as const,
    }),
  ),
  ...BY_SQL,
];
/** By a link that carries its own right; on a real workspace it leads to the storage of the cloud. */
const FETCH_BY_LINK: PlatformCall = { as: 'nobody', route: 'GET /.results/:id/:index' };
const CREDENTIALS: readonly PlatformCall[] = [
  { ...asApp('POST /api/2.0/database/credentials'), when: PROVISIONED },
  { ...asApp('POST /api/2.0/postgres/credentials'), when: AUTOSCALING },
];
const OWN_APP: PlatformCall = asApp('GET /api/2.0/apps/:name');

/** A table's log and files are kept for some time; its directory is listed each time, which is what the user's rights are held to. */
const IN_VOLUMES: readonly PlatformCall[] = [DIRECTORIES, { ...FILES, when: 'not remembered' }];
/** The files of other tables are opened with keys that the platform gives the user, at the storage they lie in. */
const BY_NAME: readonly PlatformCall[] = [GET_COLUMNS, TABLE_KEYS].map((call) => ({
  ...call,
  when: 'for tables of Unity Catalog',
}));
const BY_WAREHOUSE: readonly PlatformCall[] = [
  GET_WAREHOUSE,
  RUN_STATEMENT,
  GET_STATEMENT,
  GET_CHUNK,
  CANCEL_STATEMENT,
].map((call) => ({ ...call, when: 'for tables of Unity Catalog without keys to their files' }));
const READ_TABLE: AsWhom = { calls: [...IN_VOLUMES, ...BY_NAME, ...BY_WAREHOUSE], database: [] };
const READ_FILES_OF_TABLE: AsWhom = { calls: [...IN_VOLUMES, ...BY_NAME], database: [] };
/** Data files are looked for when that is asked. */
const CHECK_TABLE: AsWhom = {
  calls: [...READ_FILES_OF_TABLE.calls, { ...LOOK_AT_FILES, when: 'by the operation asked for' }],
  database: [],
};
/** A commit is read as it lies there, with the checksum beside it. */
const LOOK_INTO_LOG: AsWhom = { calls: [DIRECTORIES, LOOK_AT_FILES, FILES, ...BY_NAME], database: [] };
/** A model of one's own says what it takes in its files, else the endpoint, else the run that made it. */
const DETECT_SCHEMA: readonly PlatformCall[] = [
  { ...GET_ENDPOINT, when: 'not remembered' },
  ...[
    FILES,
    asUser('GET /api/2.0/serving-endpoints/:name/openapi', 'model-serving'),
    asUser('GET /api/2.1/unity-catalog/models/:name/versions/:version', 'unity-catalog'),
    asUser('GET /api/2.0/mlflow/model-versions/get', 'mlflow'),
    asUser('GET /api/2.0/mlflow/runs/get', 'mlflow'),
  ].map((call): PlatformCall => ({ ...call, when: 'for models of the workspace' })),
];
const NOTHING: AsWhom = { calls: [], database: [] };
const OWN_ROWS: AsWhom = { calls: [], database: ['user'] };
const ALL_ROWS: AsWhom = { calls: [], database: ['system'] };
const OWN_ROWS_OR_ALL: AsWhom = { calls: [], database: ['user', 'system'] };

/** Every operation of the API by its operation id. The code is held to it by a test; docs/authentication.md shows it. */
export const AS_WHOM: Readonly<Record<string, AsWhom>> = {
  getHealth: NOTHING,
  getReady: NOTHING,
  getStatus: { calls: [asUser(WHO_AM_I), CATALOGS, LIST_ENDPOINTS], database: ['nobody'] },

  getAuthStatus: { calls: [asUser(WHO_AM_I)], database: [] },
  getMe: NOTHING,
  getMyWorkspace: NOTHING,
  getMyPermissions: {
    calls: [asUser(WHO_AM_I), CATALOGS, SCHEMAS, VOLUMES, DIRECTORIES, FILES, LIST_ENDPOINTS],
    database: ['user'],
  },
  // The audit log is the app's, so what is done is noted, and one's own entries are made nameless, by the app.
  exportMyData: { calls: [], database: ['user', 'system'] },
  eraseMyData: ALL_ROWS,

  listPreferences: OWN_ROWS,
  putPreference: OWN_ROWS,
  postPreference: OWN_ROWS,
  deletePreference: OWN_ROWS,
  listLakebasePreferences: OWN_ROWS,
  putLakebasePreference: OWN_ROWS,
  postLakebasePreference: OWN_ROWS,
  deleteLakebasePreference: OWN_ROWS,
  getLakebaseHealth: { calls: [], database: ['nobody'] },
  getPoolHistory: NOTHING,

  listCatalogs: { calls: [CATALOGS, ...BY_SQL], database: [] },
  listSchemas: { calls: [SCHEMAS, ...BY_SQL], database: [] },
  listVolumes: { calls: [VOLUMES, ...BY_SQL], database: [] },
  createVolume: { calls: [GET_VOLUME, { ...CREATE_VOLUME, when: 'without the volume' }], database: [] },
  listTableNames: { calls: [TABLES, ...BY_SQL], database: [] },
  listTables: { calls: [TABLES, ...BY_SQL], database: [] },
  getTable: {
    calls: [
      asUser('GET /api/2.1/unity-catalog/tables/:name', 'unity-catalog'),
      asUser('GET /api/2.1/unity-catalog/effective-permissions/:type/:name', 'unity-catalog'),
      { ...VOLUMES, when: 'for Delta tables outside of volumes' },
      ...BY_SQL,
    ],
    database: [],
  },
  searchCatalog: { calls: NAMES, database: [] },
  searchEverything: { calls: [...NAMES, { ...LIST_ENDPOINTS, when: 'not remembered' }], database: ['user'] },
  getWarehouse: { calls: [{ ...GET_WAREHOUSE, when: 'not remembered' }], database: [] },
  runQuery: {
    calls: [
      RUN_STATEMENT,
      ...asItStands(GET_COLUMNS, GET_WAREHOUSE, GET_STATEMENT, GET_CHUNK, FETCH_BY_LINK, CANCEL_STATEMENT),
    ],
    database: ['user'],
  },
  getQuery: {
    calls: asItStands(RUN_STATEMENT, GET_WAREHOUSE, GET_STATEMENT, GET_CHUNK, FETCH_BY_LINK, CANCEL_STATEMENT),
    database: ['user'],
  },
  cancelQuery: { calls: asItStands(GET_CHUNK, CANCEL_STATEMENT), database: ['user'] },
  getQueryContent: { calls: [GET_CHUNK, ...asItStands(GET_STATEMENT, FETCH_BY_LINK)], database: ['user'] },
  // The file is made after the answer.
  exportQuery: {
    calls: [
      asUser('PUT /api/2.0/fs/directories/*', 'files'),
      ...asItStands(GET_COLUMNS, RUN_STATEMENT, GET_STATEMENT, GET_CHUNK, FETCH_BY_LINK, CANCEL_STATEMENT, WRITE_FILES),
    ],
    database: ['user'],
  },
  getQueryExport: OWN_ROWS,
  cancelQueryExport: OWN_ROWS,
  listQueries: { calls: asItStands(CANCEL_STATEMENT), database: ['user'] },
  listFiles: { calls: [DIRECTORIES], database: [] },
  headFileContent: { calls: [LOOK_AT_FILES], database: [] },
  getFileContent: { calls: [FILES], database: [] },
  previewFile: { calls: [LOOK_AT_FILES, FILES], database: [] },
  // The database only to replace a version that was seen: two people must not do so at once.
  putFileContent: { calls: [LOOK_AT_FILES, WRITE_FILES], database: ['user'] },
  putDirectory: { calls: [asUser('PUT /api/2.0/fs/directories/*', 'files')], database: [] },
  deleteFile: { calls: [asUser('DELETE /api/2.0/fs/files/*', 'files')], database: [] },
  deleteDirectory: { calls: [asUser('DELETE /api/2.0/fs/directories/*', 'files')], database: [] },
  createDownloadUrl: { calls: [asUser('POST /api/2.0/fs/create-download-url', 'files')], database: [] },
  startUpload: { calls: [LOOK_AT_FILES, UPLOAD_IN_PARTS], database: ['user'] },
  getUpload: OWN_ROWS,
  putUploadPart: {
    calls: [asUser('POST /api/2.0/fs/create-upload-part-urls', 'files'), SEND_PART],
    database: ['user'],
  },
  completeUpload: { calls: [UPLOAD_IN_PARTS, LOOK_AT_FILES], database: ['user'] },
  abortUpload: { calls: [ABORT_UPLOAD, END_PARTS], database: ['user'] },

  // Each operation makes one of them; to ensure a volume takes two, and so does reading a file that is too large.
  runOperation: {
    calls: [
      ...[
        asUser(WHO_AM_I),
        CATALOGS,
        SCHEMAS,
        VOLUMES,
        GET_VOLUME,
        CREATE_VOLUME,
        DIRECTORIES,
        asUser('PUT /api/2.0/fs/directories/*', 'files'),
        FILES,
        LOOK_AT_FILES,
        WRITE_FILES,
      ].map((call): PlatformCall => ({ ...call, when: 'by the operation asked for' })),
      ...BY_SQL,
    ],
    database: [],
  },

  getUnityCatalogSchema: OWN_ROWS,
  putUnityCatalogSchema: OWN_ROWS,
  listProjects: {
    calls: [
      DIRECTORIES,
      { ...asUser('GET /api/2.1/unity-catalog/schemas/:name', 'unity-catalog'), when: 'without the volume' },
    ],
    database: ['user'],
  },
  createProject: {
    calls: [
      WRITE_FILES,
      { ...GET_VOLUME, when: 'without the volume' },
      { ...CREATE_VOLUME, when: 'without the volume' },
    ],
    database: ['user'],
  },
  getProject: { calls: [FILES], database: ['user'] },
  saveProject: {
    calls: [
      DIRECTORIES,
      FILES,
      WRITE_FILES,
      { ...asUser('DELETE /api/2.0/fs/files/*', 'files'), when: 'with too many backups' },
    ],
    database: ['user'],
  },

  // Storage is asked with the connection's keys, which is nobody in the workspace.
  listS3Connections: OWN_ROWS,
  createS3Connection: OWN_ROWS,
  updateS3Connection: OWN_ROWS,
  deleteS3Connection: OWN_ROWS,
  checkS3Connection: OWN_ROWS,
  listS3Buckets: OWN_ROWS,
  listS3Objects: OWN_ROWS,
  // The audit log is the app's.
  createS3DownloadUrl: { calls: [], database: ['user', 'system'] },

  discoverTables: { calls: [DIRECTORIES], database: [] },
  discoverTablesByPath: { calls: [DIRECTORIES], database: [] },
  describeTable: READ_TABLE,
  describeTableByPath: READ_TABLE,
  getTableSchema: READ_TABLE,
  getTableSchemaByPath: READ_TABLE,
  getTableHistory: READ_TABLE,
  getTableHistoryByPath: READ_TABLE,
  exportTablePreview: READ_TABLE,
  previewTable: READ_TABLE,
  previewTableByPath: READ_TABLE,
  diffTable: READ_FILES_OF_TABLE,
  diffTableByPath: READ_FILES_OF_TABLE,
  listTableFiles: READ_FILES_OF_TABLE,
  listTableFilesByPath: READ_FILES_OF_TABLE,
  checkTableHealth: CHECK_TABLE,
  checkTableHealthByPath: CHECK_TABLE,
  readTableLog: LOOK_INTO_LOG,
  readTableLogByPath: LOOK_INTO_LOG,

  listServingEndpoints: { calls: [LIST_ENDPOINTS], database: [] },
  getServingEndpoint: { calls: [GET_ENDPOINT], database: [] },
  getServingMetrics: {
    calls: [asUser('GET /api/2.0/serving-endpoints/:name/metrics', 'model-serving')],
    database: [],
  },
  getServingLogs: {
    calls: [
      GET_ENDPOINT,
      asUser('GET /api/2.0/serving-endpoints/:name/served-models/:served/logs', 'model-serving'),
      {
        ...asUser('GET /api/2.0/serving-endpoints/:name/served-models/:served/build-logs', 'model-serving'),
        when: 'by the operation asked for',
      },
    ],
    database: [],
  },
  streamServingEndpoint: {
    calls: [
      asUser('POST /serving-endpoints/:name/invocations', 'model-serving'),
      { ...GET_ENDPOINT, when: 'where the model has to be known' },
    ],
    database: [],
  },
  detectServingSchema: { calls: DETECT_SCHEMA, database: [] },
  invokeServingEndpoint: {
    calls: [
      asUser('POST /serving-endpoints/:name/invocations', 'model-serving'),
      ...DETECT_SCHEMA.map((call): PlatformCall => ({ ...call, when: 'where the model has to be known' })),
    ],
    database: [],
  },
  rerunInference: {
    calls: [
      asUser('POST /serving-endpoints/:name/invocations', 'model-serving'),
      { ...GET_ENDPOINT, when: 'where the model has to be known' },
    ],
    database: ['user'],
  },
  getServingInvocation: OWN_ROWS,
  cancelServingInvocation: OWN_ROWS,
  listInferenceLogs: OWN_ROWS,
  getInferenceLog: OWN_ROWS,
  eraseInferenceLogs: { calls: [], database: ['user', 'system'] },

  // Jobs work with stored connections, as the app: the workspace is not asked. What is an administrator's to see is read as the system.
  planJob: OWN_ROWS_OR_ALL,
  checkJob: OWN_ROWS_OR_ALL,
  startJob: OWN_ROWS_OR_ALL,
  listJobs: OWN_ROWS,
  getJobsHealth: ALL_ROWS,
  listFreshness: OWN_ROWS,
  checkFreshness: OWN_ROWS_OR_ALL,
  deleteFreshness: OWN_ROWS_OR_ALL,
  listFreshnessThresholds: OWN_ROWS,
  putFreshnessThreshold: OWN_ROWS_OR_ALL,
  deleteFreshnessThreshold: OWN_ROWS_OR_ALL,
  getJob: OWN_ROWS_OR_ALL,
  listJobFolders: OWN_ROWS_OR_ALL,
  cancelJob: OWN_ROWS_OR_ALL,
  deleteJob: OWN_ROWS_OR_ALL,
  retryJob: OWN_ROWS_OR_ALL,
  listGrantedConnections: ALL_ROWS,
  listS3ConnectionGrants: OWN_ROWS,
  grantS3Connection: OWN_ROWS,
  revokeS3Connection: OWN_ROWS,
  previewSchedule: NOTHING,
  createSchedule: OWN_ROWS_OR_ALL,
  listSchedules: OWN_ROWS,
  getSchedule: OWN_ROWS_OR_ALL,
  updateSchedule: OWN_ROWS_OR_ALL,
  deleteSchedule: OWN_ROWS_OR_ALL,
  runSchedule: OWN_ROWS_OR_ALL,
  streamJobEvents: OWN_ROWS_OR_ALL,
  streamJobLogs: OWN_ROWS_OR_ALL,
  downloadJobLogs: OWN_ROWS_OR_ALL,

  recordUsageEvents: OWN_ROWS,
  countMyUsageEvents: OWN_ROWS,
  getPrometheusMetrics: NOTHING,
  scrapeMetrics: NOTHING,

  getPerformanceMetrics: ALL_ROWS,
  exportPerformanceMetrics: ALL_ROWS,
  getUsageMetrics: ALL_ROWS,
  getMetricsTimeSeries: ALL_ROWS,
  getLatencyHeatmap: ALL_ROWS,
  listRequests: ALL_ROWS,
  listTopUsers: ALL_ROWS,
  aggregateMetrics: ALL_ROWS,

  listAlertRules: ALL_ROWS,
  getStorageAlerts: ALL_ROWS,
  createAlertRule: ALL_ROWS,
  updateAlertRule: ALL_ROWS,
  deleteAlertRule: ALL_ROWS,
  testAlertDelivery: ALL_ROWS,

  getAdminOverview: { calls: [], database: ['system', 'nobody'] },
  listAuditEntries: ALL_ROWS,
  exportAuditEntries: ALL_ROWS,
  listOrphanedRecords: ALL_ROWS,
  purgeOrphanedRecords: ALL_ROWS,
  rotateCredential: { calls: [...CREDENTIALS], database: ['system'] },
  getScopePreflight: { calls: [OWN_APP], database: [] },
  runDoctor: {
    calls: [
      { as: 'nobody', route: 'GET /oidc/.well-known/oauth-authorization-server' },
      asApp(WHO_AM_I),
      asApp('GET /api/2.0/preview/scim/v2/Groups'),
      { ...asApp('GET /api/2.0/database/instances/:name'), when: PROVISIONED },
      // In place of the one before, where the database is Lakebase Autoscaling.
      { ...asApp('GET /api/2.0/postgres/projects/:project/branches/:branch/endpoints/:endpoint'), when: AUTOSCALING },
      OWN_APP,
    ],
    // It connects by itself, as the app, to see what happens then.
    database: [],
  },
};

/** What comes with every request that is not public, and with those for administrators once more, unless it is remembered. */
export const BEFORE_EVERY_OPERATION: PlatformCall = asUser(WHO_AM_I);

/** What the app does for itself, whoever asks: its own token, and the password of its next connection to the database. */
export const BY_ITSELF: readonly PlatformCall[] = [
  { as: 'nobody', route: 'GET /oidc/.well-known/oauth-authorization-server' },
  { as: 'nobody', route: 'POST /oidc/v1/token' },
  ...CREDENTIALS,
];

function asItStands(...calls: readonly PlatformCall[]): PlatformCall[] {
  return calls.map((call) => ({ ...call, when: 'as the query stands' }));
}

function asUser(route: string, scope?: string): PlatformCall {
  return { as: 'user', route, ...(scope === undefined ? {} : { scope }) };
}

function asApp(route: string): PlatformCall {
  return { as: 'app', route };
}
