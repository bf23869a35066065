import type { AppDeployment, DatabricksApp } from '@lakescope/databricks-wire';
import { ALWAYS_GRANTED_SCOPES } from '../identity/scopes';
import type { StoredApp, StoredDeployment } from './apps-document';

/** What an app is doing now, as far as its record does not say it. */
export interface AppCondition {
  readonly url: string | undefined;
  readonly compute: { readonly state: string; readonly message: string };
  readonly app: { readonly state: string; readonly message: string };
}

/** An app as the API shows it. Its secret is nowhere in it. */
export function describeApp(app: StoredApp, { url, compute, app: status }: AppCondition): DatabricksApp {
  const { servicePrincipal, defaultSourceCodePath } = app;
  const hasCompute = app.compute === 'ACTIVE';
  const active = app.deployments.find(({ id }) => id === app.activeDeployment);
  const pending = app.deployments.findLast(({ state }) => state === 'IN_PROGRESS');
  return {
    name: app.name,
    id: app.id,
    ...(url === undefined ? {} : { url }),
    description: app.description,
    creator: app.creator,
    create_time: timeOf(app.createdAt),
    updater: app.updater,
    update_time: timeOf(app.updatedAt),
    compute_status: { ...compute },
    app_status: { ...status },
    // The platform shows no deployments of an app without compute, and deploys the last one anew when it is started.
    ...(active === undefined || !hasCompute ? {} : { active_deployment: describeDeployment(active) }),
    ...(pending === undefined || !hasCompute ? {} : { pending_deployment: describeDeployment(pending) }),
    ...(app.resources.length === 0 ? {} : { resources: app.resources }),
    service_principal_id: Number(servicePrincipal.id),
    service_principal_client_id: servicePrincipal.clientId,
    service_principal_name: servicePrincipal.displayName,
    oauth2_app_client_id: servicePrincipal.clientId,
    user_api_scopes: app.userApiScopes,
    effective_user_api_scopes: [...ALWAYS_GRANTED_SCOPES, ...app.consentedScopes],
    compute_size: app.computeSize,
    ...(defaultSourceCodePath === undefined ? {} : { default_source_code_path: defaultSourceCodePath }),
  };
}

/** A deployment as the API shows it: names of variables, never their values; lines of the app's log only to whom that is shown. */
export function describeDeployment(deployment: StoredDeployment, withLog = false): AppDeployment {
  const { id, command, envVars, state, message, lastWords = '' } = deployment;
  return {
    deployment_id: id,
    source_code_path: deployment.sourceCodePath,
    mode: deployment.mode,
    ...(command.length === 0 ? {} : { command }),
    ...(envVars.length === 0 ? {} : { env_vars: envVars.map(({ name = '' }) => ({ name })) }),
    creator: deployment.creator,
    create_time: timeOf(deployment.createdAt),
    update_time: timeOf(deployment.updatedAt),
    status: { state, message: withLog ? `${message}${lastWords}` : message },
  };
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
