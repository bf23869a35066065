import type { DeployedApp, Door } from '../apps/runtime/app-doors';
import type { LocalWorkspace } from '../workspace/local-workspace';
import { startAppsProxy, type ProxiedWorkspace } from './apps-proxy';
import { MovingReplica } from './replica-pool';

/** Opens the front door of a deployed app: the same as that of the app of `npm start`, with the app's own identity and rights. */
export function openAppDoor(workspace: LocalWorkspace, app: DeployedApp, port: number): Promise<Door> {
  return startAppsProxy({
    port,
    target: new MovingReplica(() => app.target),
    workspace: new WorkspaceOfApp(workspace, app),
  });
}

/** The workspace as it is behind the door of one app. */
class WorkspaceOfApp implements ProxiedWorkspace {
  readonly servicePrincipal: LocalWorkspace['servicePrincipal'];

  constructor(
    private readonly workspace: LocalWorkspace,
    readonly app: DeployedApp,
  ) {
    const { clientId, clientSecret, name: displayName } = app;
    this.servicePrincipal = { clientId, clientSecret, displayName };
  }

  get workspaceId(): string {
    return this.workspace.workspaceId;
  }

  get personas(): LocalWorkspace['personas'] {
    return this.workspace.personas;
  }

  get appLogs(): LocalWorkspace['appLogs'] {
    return this.workspace.appLogs;
  }

  get requestLog(): LocalWorkspace['requestLog'] {
    return this.workspace.requestLog;
  }

  get faults(): LocalWorkspace['faults'] {
    return this.workspace.faults;
  }

  get s3(): LocalWorkspace['s3'] {
    return this.workspace.s3;
  }

  get lakebase(): LocalWorkspace['lakebase'] {
    return this.workspace.lakebase;
  }

  principal(name: string): ReturnType<LocalWorkspace['principal']> {
    return this.workspace.principal(name);
  }

  setGroups(personaOrName: string, groups: readonly string[]): Promise<void> {
    return this.workspace.setGroups(personaOrName, groups);
  }

  verify(token: string): ReturnType<LocalWorkspace['verify']> {
    return this.workspace.verify(token);
  }

  revoke(token: string): Promise<void> {
    return this.workspace.revoke(token);
  }

  isAllowed(...asked: Parameters<LocalWorkspace['isAllowed']>): boolean {
    return this.workspace.isAllowed(...asked);
  }

  issueUserToken(
    personaOrUserName: string,
    scopes: readonly string[],
    options?: { lifetimeSeconds?: number },
  ): ReturnType<LocalWorkspace['issueUserToken']> {
    return this.workspace.issueUserToken(personaOrUserName, scopes, { ...options, clientId: this.app.clientId });
  }
}
