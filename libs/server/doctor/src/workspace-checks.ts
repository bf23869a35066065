import { PlatformError, type DatabricksClients } from '@lakescope/databricks-client';
import type { Advice } from './advice';
import type { Check } from './examination';
import { failed, ok, type Finding } from './finding';
import { ONE_TRY } from './one-try';
import { platformFault } from './platform-fault';

export interface WorkspaceSubject {
  readonly host: URL;
  readonly clients: DatabricksClients;
  /** How the process proves who it is; undefined when it cannot. */
  readonly credential: 'client_secret' | 'token' | undefined;
  readonly advice: Advice;
}

/** Whether the workspace is there and knows the app. */
export function workspaceChecks({ host, clients, credential, advice }: WorkspaceSubject): Check[] {
  return [
    {
      id: 'workspace_reachable',
      title: 'The workspace can be reached',
      async examine(signal): Promise<Finding> {
        try {
          await clients.discovery.authorizationServer({ signal, retry: ONE_TRY });
          return ok(`${host.origin} answers.`);
        } catch (error) {
          return failed(`${host.origin}: ${platformFault(error)}.`, hostFix(error));
        }
      },
    },
    {
      id: 'app_credentials',
      title: 'The workspace knows the app',
      needs: ['workspace_reachable'],
      async examine(signal): Promise<Finding> {
        if (credential === undefined) {
          return failed('There is no client id and secret.', advice.giveCredentials);
        }
        try {
          const me = await clients.asApp().currentUser.me({ signal, retry: ONE_TRY });
          return ok(`Signed in as ${me.displayName ?? me.userName ?? 'somebody without a name'}.`);
        } catch (error) {
          return failed(
            `The workspace does not accept the credential: ${platformFault(error)}.`,
            credential === 'token' ? advice.renewToken : advice.renewClientSecret,
          );
        }
      },
    },
  ];
}

function hostFix(error: unknown): string {
  return error instanceof PlatformError && (error.kind === 'not_found' || error.kind === 'endpoint_not_found')
    ? 'Set DATABRICKS_HOST to the URL of the workspace, as in the address line of the browser.'
    : 'Check DATABRICKS_HOST, and that this machine may reach it.';
}
