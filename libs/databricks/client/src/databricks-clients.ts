import type { LookupFunction } from 'node:net';
import { AppToken, type AppCredentials } from './app-token';
import { AppsApi } from './apps-api';
import { CurrentUserApi } from './current-user-api';
import { DatabaseApi } from './database-api';
import { DiscoveryApi } from './discovery-api';
import { FilesApi } from './files-api';
import { GroupsApi } from './groups-api';
import { workspaceOrigin } from './host';
import { defaults } from './defaults';
import { LakebaseDirectoryApi } from './lakebase-directory-api';
import { ModelsApi } from './models-api';
import { ResultLinks } from './result-links';
import type { Secret } from './secret';
import { SecretsApi } from './secrets-api';
import { ServingApi } from './serving-api';
import { SignedLinks } from './signed-links';
import { StatementsApi } from './statements-api';
import { Transport, type Credential } from './transport';
import { UnityCatalogApi } from './unity-catalog-api';
import { WarehousesApi } from './warehouses-api';
import { WorkspaceFilesApi } from './workspace-files-api';

/** Somebody who has a token of their own. */
export interface TokenHolder {
  readonly token: Secret;
}

export interface DatabricksClient {
  readonly apps: AppsApi;
  readonly currentUser: CurrentUserApi;
  readonly unityCatalog: UnityCatalogApi;
  readonly files: FilesApi;
  readonly database: DatabaseApi;
  readonly lakebaseDirectory: LakebaseDirectoryApi;
  readonly groups: GroupsApi;
  readonly models: ModelsApi;
  readonly secrets: SecretsApi;
  readonly serving: ServingApi;
  readonly statements: StatementsApi;
  readonly warehouses: WarehousesApi;
  readonly workspaceFiles: WorkspaceFilesApi;
}

export interface DatabricksClientsOptions {
  /** The workspace: a URL or, as the platform may give it, a bare host name. */
  host: string;
  /**
   * The app's own identity; without it `asApp()` calls fail as unauthenticated. A developer's tools may stand in for the app with the
   * developer's own token.
   */
  app?: AppCredentials | TokenHolder;
  /** Product token of the User-Agent header. */
  product: { name: string; version: string };
  /** Sent along as X-Request-Id, so that one id finds a request on both sides. */
  correlationId?: () => string | undefined;
  /** Where links to results of statements may lead, besides the workspace and the clouds' storage; see ResultLinks. */
  results?: { hosts: readonly string[]; lookup?: LookupFunction };
}

/** The only doors to the platform: with the rights of a person, or with those of the app itself. */
export class DatabricksClients {
  /** Needs no token. */
  readonly discovery: DiscoveryApi;
  /** Results of statements that the platform gives links to; they carry their own right. */
  readonly results: ResultLinks;
  private readonly transport: Transport;
  /** Models may think for minutes: those who wait for one must not keep others from browsing. */
  private readonly inference: Transport;
  private readonly links: SignedLinks;
  private readonly app: DatabricksClient;

  constructor(options: DatabricksClientsOptions) {
    const origin = workspaceOrigin(options.host);
    const userAgent = `${options.product.name}/${options.product.version} node/${process.versions.node} os/${process.platform}`;
    this.links = new SignedLinks({ userAgent });
    const { correlationId } = options;
    const workspace = { origin, userAgent, ...(correlationId === undefined ? {} : { correlationId }) };
    this.transport = new Transport(workspace);
    this.inference = new Transport({ ...workspace, connections: defaults.inferenceConnections });
    this.results = new ResultLinks({ userAgent, workspace: origin, hosts: [], ...options.results });
    this.discovery = new DiscoveryApi(this.transport);
    this.app = this.clientFor(this.appCredential(origin, options.app));
  }

  asUser(user: TokenHolder): DatabricksClient {
    return this.clientFor({ actingAs: 'user', authorization: () => user.token });
  }

  asApp(): DatabricksClient {
    return this.app;
  }

  async close(): Promise<void> {
    await Promise.all([this.transport.close(), this.inference.close(), this.links.close(), this.results.close()]);
  }

  private appCredential(origin: URL, app: DatabricksClientsOptions['app']): Credential {
    return app !== undefined && 'token' in app
      ? { actingAs: 'app', authorization: () => app.token }
      : new AppToken(this.transport, origin, app);
  }

  private clientFor(credential: Credential): DatabricksClient {
    return new LazyClient(this.transport, this.inference, credential, this.links);
  }
}

/** Made for each request of a person, who asks one or two of them. */
class LazyClient implements DatabricksClient {
  constructor(
    private readonly transport: Transport,
    private readonly inference: Transport,
    private readonly credential: Credential,
    private readonly links: SignedLinks,
  ) {}

  get apps(): AppsApi {
    return new AppsApi(this.transport, this.credential);
  }

  get currentUser(): CurrentUserApi {
    return new CurrentUserApi(this.transport, this.credential);
  }

  get unityCatalog(): UnityCatalogApi {
    return new UnityCatalogApi(this.transport, this.credential);
  }

  get files(): FilesApi {
    return new FilesApi(this.transport, this.credential, this.links);
  }

  get database(): DatabaseApi {
    return new DatabaseApi(this.transport, this.credential);
  }

  get lakebaseDirectory(): LakebaseDirectoryApi {
    return new LakebaseDirectoryApi(this.transport, this.credential);
  }

  get groups(): GroupsApi {
    return new GroupsApi(this.transport, this.credential);
  }

  get models(): ModelsApi {
    return new ModelsApi(this.transport, this.credential);
  }

  get secrets(): SecretsApi {
    return new SecretsApi(this.transport, this.credential);
  }

  get serving(): ServingApi {
    return new ServingApi(this.transport, this.inference, this.credential);
  }

  get statements(): StatementsApi {
    return new StatementsApi(this.transport, this.credential);
  }

  get warehouses(): WarehousesApi {
    return new WarehousesApi(this.transport, this.credential);
  }

  get workspaceFiles(): WorkspaceFilesApi {
    return new WorkspaceFilesApi(this.transport, this.credential);
  }
}
