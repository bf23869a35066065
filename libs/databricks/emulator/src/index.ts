export type { Fault, Faults, PlannedFault } from './http/faults';
export type { LoggedRequest, RequestLog } from './http/request-log';
export { PERSONA_NAMES, type PersonaName } from './identity/personas';
export type { TokenClaims } from './identity/token-claims';
export type { IssuedToken, LocalWorkspace, Persona } from './workspace/local-workspace';
export { StateCorrupt, StateFolderError, StateFromNewerVersion } from './state/state-errors';
export { InvalidSecurable } from './unity-catalog/metastore';
export { MountUnavailable, startWorkspace } from './workspace/start-workspace';
export type { SecurableOptions, WorkspaceOptions } from './workspace/workspace-options';
export { EmbeddedPostgres, type EmbeddedPostgresOptions } from './postgres/embedded-postgres';
export { removePostgres } from './postgres/postgres-home';
export { PostgresUnavailable } from './postgres/postgres-unavailable';
export { LocalCa, type ServerCertificate } from './local-ca/local-ca';
export {
  startLakebaseGateway,
  type LakebaseGateway,
  type LakebaseGatewayOptions,
} from './lakebase-gateway/lakebase-gateway';
export { startAppsProxy, type AppsProxy, type AppsProxyOptions } from './apps-proxy/apps-proxy';
