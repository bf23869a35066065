import { stat } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { AppLogs } from '../app-logs/app-log';
import { RegisteredApp } from '../apps/registered-app';
import { Apps, type AppsParts } from '../apps/start-apps';
import { openAppDoor } from '../apps-proxy/app-door';
import { databaseRoutes } from '../database-api/database-routes';
import { filesRoutes } from '../files/files-routes';
import { PresignedLinks } from '../files/presigned-links';
import { FaultPlans } from '../http/fault-plans';
import { Faults } from '../http/faults';
import { createHttpServer } from '../http/http-server';
import { localRoutes } from '../http/local-routes';
import { RequestLog } from '../http/request-log';
import { Access } from '../identity/access';
import { AuthorizationCodes } from '../identity/authorization-codes';
import { authorizeRoutes } from '../identity/authorize-routes';
import { Directory, type Principal } from '../identity/directory';
import { oidcRoutes } from '../identity/oidc-routes';
import { PersonalAccessTokens } from '../identity/personal-access-tokens';
import { personalAccessTokenRoutes } from '../identity/personal-access-token-routes';
import { PERSONAS } from '../identity/personas';
import { RefreshTokens } from '../identity/refresh-tokens';
import { scimRoutes } from '../identity/scim-routes';
import { loadSigningKey } from '../identity/signing-key';
import { TokenEndpoint } from '../identity/token-endpoint';
import { Tokens } from '../identity/tokens';
import { Jobs } from '../jobs/start-jobs';
import { Mlflow } from '../mlflow/mlflow';
import { AccessControl } from '../object-permissions/access-control';
import { objectPermissionsRoutes } from '../object-permissions/object-permissions-routes';
import { authorization, TOKENS } from '../object-permissions/workspace-wide';
import { S3Endpoint, type S3EndpointOptions } from '../s3/s3-endpoint';
import { S3Keys } from '../s3/s3-keys';
import { SecretScopes } from '../secrets/secret-scopes';
import { openSecretsDocument } from '../secrets/secrets-document';
import { secretsRoutes } from '../secrets/secrets-routes';
import { Serving } from '../serving/start-serving';
import { Sql } from '../sql/start-sql';
import { openDirectoryDocument } from '../state/directory-document';
import { openIssuedTokensDocument } from '../state/issued-tokens-document';
import { openWorkspaceDocument } from '../state/workspace-document';
import { WorkspaceFiles } from '../workspace-files/workspace-files';
import { workspaceFilesRoutes } from '../workspace-files/workspace-files-routes';
import { WorkspaceObjects } from '../workspace-files/workspace-objects';
import { EngineCatalogOfMetastore } from '../unity-catalog/engine-catalog-of-metastore';
import { Lookup } from '../unity-catalog/lookup';
import { InvalidSecurable, Metastore } from '../unity-catalog/metastore';
import { permissionsRoutes } from '../unity-catalog/permissions-routes';
import { Rights } from '../unity-catalog/rights';
import { unityCatalogRoutes } from '../unity-catalog/unity-catalog-routes';
import type { LocalWorkspace } from './local-workspace';
import { RunningWorkspace } from './running-workspace';
import type { WorkspaceOptions } from './workspace-options';

const HOUR_SECONDS = 3600;
const INSTANCE_NAME = 'lakescope-local';
const MOUNT_CATALOG = 'lakescope';
const MOUNT_SCHEMA = 'mounts';

/** A folder to mount is not there, is no folder, or has a name that cannot be a volume's. */
export class MountUnavailable extends Error {
  override readonly name = 'MountUnavailable';
}

/** Starts a workspace on loopback over the given state folder, which it creates on the first start. */
export async function startWorkspace(options: WorkspaceOptions): Promise<LocalWorkspace> {
  const stateDirectory = resolve(options.stateDirectory);
  const document = await openWorkspaceDocument(stateDirectory);
  const directory = new Directory(await openDirectoryDocument(stateDirectory, document.read()));
  const key = await loadSigningKey(stateDirectory);
  const metastore = await Metastore.open(stateDirectory, PERSONAS.admin.userName);
  try {
    return await startOver({ stateDirectory, document, directory, key, metastore }, options);
  } catch (error) {
    // Whoever repairs the folder finds nothing of it open.
    await metastore.settle();
    throw error;
  }
}

interface OpenState {
  readonly stateDirectory: string;
  readonly document: Awaited<ReturnType<typeof openWorkspaceDocument>>;
  readonly directory: Directory;
  readonly key: Awaited<ReturnType<typeof loadSigningKey>>;
  readonly metastore: Metastore;
}

async function startOver(state: OpenState, options: WorkspaceOptions): Promise<LocalWorkspace> {
  const { stateDirectory, document, directory, key, metastore } = state;
  const workspace = document.read();
  const owner = PERSONAS.admin.userName;
  await mountFolders(metastore, options.mounts ?? {});

  // The port is known only after listening, and no request can come before.
  let url = '';
  const tokenLifetimeSeconds = options.tokenLifetimeSeconds ?? HOUR_SECONDS;
  const issued = await openIssuedTokensDocument(stateDirectory);
  const personal = new PersonalAccessTokens(document, issued);
  const tokens = new Tokens(document, key, directory, personal, () => `${url}/oidc`);
  const codes = new AuthorizationCodes();
  const refreshTokens = new RefreshTokens(issued);
  const access = new Access(tokens, directory);
  const rights = new Rights(metastore);
  const lookup = new Lookup(metastore, rights);
  const accessControl = await AccessControl.open(stateDirectory);
  const secretScopes = new SecretScopes(await openSecretsDocument(stateDirectory), directory);
  const workspaceObjects = await WorkspaceObjects.open(stateDirectory, directory);
  const s3Keys = await S3Keys.load(stateDirectory, () => tokens.now());
  const requestLog = new RequestLog(options.requestLogSize ?? 1000);
  const faults = new Faults((name) => directory.find(name) !== undefined);
  const instance = { name: INSTANCE_NAME, uid: workspace.databaseInstanceUid };

  const app = new RegisteredApp();
  const appLogs = new AppLogs();
  accessControl.register(authorization);
  const server = createHttpServer({
    workspaceId: workspace.workspaceId,
    faults,
    requestLog,
    callerName: (request) => access.knownCaller(request)?.name,
    bearerOf: (request) => access.bearerOf(request),
  });
  const s3Faults = new Faults(() => false);
  localRoutes(server, requestLog, new FaultPlans({ workspace: faults, s3: s3Faults }));
  const { clientId, clientSecret } = workspace.servicePrincipal;
  const secretOf = (id: string): string | undefined => (id === clientId ? clientSecret : apps.registry.secretOf(id));
  const endpoint = new TokenEndpoint({ secretOf, directory, tokens, codes, refreshTokens, tokenLifetimeSeconds });
  oidcRoutes(server, { workspace, endpoint, key, url: () => url });
  authorizeRoutes(server, directory, codes);
  const requireTokenUse = (caller: Principal): void => accessControl.require(caller, TOKENS, 'CAN_USE');
  personalAccessTokenRoutes(server, access, personal, workspace, () => tokens.now(), requireTokenUse);
  scimRoutes(server, access, directory);
  unityCatalogRoutes(server, { access, lookup, directory, ids: { ...workspace, owner }, temporaryKeys: s3Keys });
  permissionsRoutes(server, access, lookup, directory);
  secretsRoutes(server, access, secretScopes);
  const files = new WorkspaceFiles(workspaceObjects, accessControl);
  workspaceFilesRoutes(server, access, files);
  objectPermissionsRoutes(server, access, accessControl, directory);
  const now = (): number => tokens.now();
  const links = await PresignedLinks.open(stateDirectory, () => url, now);
  await filesRoutes(server, access, lookup, { stateDirectory, links, now });
  const mlflow = await Mlflow.start(server, { stateDirectory, access, lookup, links, now, keys: s3Keys });
  const sql = await Sql.start(server, {
    ...{ stateDirectory, owner, access, accessControl, requestLog, url: () => url, times: options },
    catalog: new EngineCatalogOfMetastore(metastore, rights, directory),
    mounts: Object.values(options.mounts ?? {}),
  });
  const serving = await Serving.start(server, {
    ...{ stateDirectory, access, accessControl, lookup, directory, secretScopes, url: () => url, times: options },
  });
  const jobs = await Jobs.open(server, {
    ...{ stateDirectory, access, accessControl, directory, tokens, files, requestLog, url: () => url },
  });
  const lakebase = await databaseRoutes(server, access, tokens, {
    stateDirectory,
    owner: { instanceName: instance.name, instanceUid: instance.uid, owner, createdAt: workspace.createdAt },
    credentialLifetimeSeconds: options.databaseCredentialLifetimeSeconds ?? HOUR_SECONDS,
    controlPlaneMilliseconds: options.controlPlaneMilliseconds ?? 300,
    wakeMilliseconds: options.endpointWakeMilliseconds ?? 500,
    postgresVersion: options.postgresVersion ?? 17,
  });

  const appsParts: AppsParts = {
    ...{ stateDirectory, access, directory, files, registered: app, workspace, owner },
    places: {
      ...{ accessControl, secretScopes, metastore, rights },
      servingEndpointId: (name) => serving.idOf(name),
      instanceHost: (name) => lakebase.instanceHost(name),
      branchEndpoint: (branch) => lakebase.branchEndpoint(branch),
      branchDatabase: (name) => lakebase.branchDatabase(name),
    },
    url: () => url,
    limits: options.appLimits,
    computeMilliseconds: options.controlPlaneMilliseconds ?? 300,
    machine: options.environment ?? {},
    logs: appLogs,
  };
  const apps = await Apps.open(appsParts);
  apps.routes(server, appsParts);

  await server.listen({ host: '127.0.0.1', port: options.port });
  const { port } = server.server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  const s3 = await startS3(server, {
    stateDirectory,
    port: options.s3Port ?? 0,
    keys: s3Keys,
    requestLog,
    faults: s3Faults,
    now: () => tokens.now(),
  });
  await jobs.resume();
  const running = new RunningWorkspace(
    {
      ...{
        server,
        app,
        appLogs,
        accessControl,
        apps,
        document,
        directory,
        tokens,
        metastore,
        requestLog,
        faults,
        lakebase,
        sql,
        serving,
        jobs,
        mlflow,
        s3,
      },
      kept: [document, issued, metastore, directory, accessControl, secretScopes, workspaceObjects, mlflow, apps],
    },
    { url, port, instance, tokenLifetimeSeconds },
  );
  await apps.host.open((deployed, doorPort) => openAppDoor(running, deployed, doorPort));
  return running;
}

/** When its port cannot be had, nothing of the workspace stays behind. */
async function startS3(server: FastifyInstance, options: S3EndpointOptions): Promise<S3Endpoint> {
  try {
    return await S3Endpoint.start(options);
  } catch (error) {
    await server.close();
    throw error;
  }
}

async function mountFolders(metastore: Metastore, mounts: Readonly<Record<string, string>>): Promise<void> {
  const entries = Object.entries(mounts);
  if (entries.length === 0) return;
  await metastore.createCatalog(MOUNT_CATALOG, { comment: 'Folders of this machine' });
  await metastore.createSchema(MOUNT_CATALOG, MOUNT_SCHEMA, { comment: 'Mounted with --mount NAME=DIR, read-only' });
  for (const [name, directory] of entries) {
    const found = await stat(directory).catch(() => undefined);
    if (found?.isDirectory() !== true) throw new MountUnavailable(`Cannot mount ${name}: ${directory} is no folder`);
    try {
      metastore.mount(MOUNT_CATALOG, MOUNT_SCHEMA, name, resolve(directory));
    } catch (error) {
      if (error instanceof InvalidSecurable) throw new MountUnavailable(error.message, { cause: error });
      throw error;
    }
  }
}
