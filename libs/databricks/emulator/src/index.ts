export { AppLog, AppLogs, type AppLogLine, type AppLogSource } from './app-logs/app-log';
export type { LocalApp } from './apps/registered-app';
export { isSameSecret } from './http/constant-time';
export { InvalidFault, type Fault, type Faults, type PlannedFault } from './http/faults';
export type { LoggedRequest, RequestLog } from './http/request-log';
export { DirectoryConflict } from './identity/directory';
export { PERSONA_NAMES, type PersonaName } from './identity/personas';
export type { S3Service } from './s3/s3-endpoint';
export type { IssuedKeys, KeyRequest, RootKeys } from './s3/s3-keys';
export { LAKE_BUCKET } from './s3/storage-location';
export type { TokenClaims } from './identity/token-claims';
export type { IssuedToken, LocalWorkspace, NewUser, Persona } from './workspace/local-workspace';
export { StateCorrupt, StateFolderError, StateFromNewerVersion } from './state/state-errors';
export { ModelVersionTaken, type ModelToRegister } from './mlflow/register-model';
export { loadServedModel } from './serving/models/load-served-model';
export { ModelNotServable } from './serving/models/model-not-servable';
export type { Predictions, PyFuncRequest, ServedModel } from './serving/models/served-model';
export type { Privilege } from './unity-catalog/privileges';
export type { SecurableType } from './unity-catalog/securables';
export { InvalidSecurable } from './unity-catalog/metastore';
export { MountUnavailable, startWorkspace } from './workspace/start-workspace';
export type { SecurableOptions, WorkspaceOptions } from './workspace/workspace-options';
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './postgres/embedded-postgres';
export type { EnteredDatabase, Lakebase, LakebaseRefusal } from './database-api/lakebase';
export type { PostgresVersion } from './postgres/postgres-binaries';
export { removePostgres } from './postgres/postgres-home';
export { templateOfTestRun } from './postgres/template-of-test-run';
export { isAlive } from './processes/is-alive';
export { PostgresUnavailable } from './postgres/postgres-unavailable';
export { LocalCa, type ServerCertificate } from './local-ca/local-ca';
export {
  startLakebaseGateway,
  type LakebaseGateway,
  type LakebaseGatewayOptions,
} from './lakebase-gateway/lakebase-gateway';
export type { PostgresFault, PostgresFaultKind, PostgresFaults } from './lakebase-gateway/postgres-faults';
export { startAppsProxy, type AppsProxyOptions } from './apps-proxy/apps-proxy';
export { endToEndHeaders, responseHeaders } from './apps-proxy/forwarded-headers';
export { ProxyRefusal, type ForwardedIdentity } from './apps-proxy/forwarded-identity';
export type { OwnPages } from './apps-proxy/own-pages';
export { openFrontDoor, type FrontDoor } from './apps-proxy/front-door';
export { ReplicaPool } from './apps-proxy/replica-pool';
