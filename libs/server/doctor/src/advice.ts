/** Where the examined process runs: its settings are changed in different places. */
export type Place = 'app' | 'laptop';

/** What to do about a finding, as far as it depends on the place. */
export interface Advice {
  readonly removeVariables: string;
  readonly giveCredentials: string;
  readonly renewClientSecret: string;
  readonly renewToken: string;
  readonly configureDatabase: string;
  readonly nameDatabase: string;
  readonly grantDatabase: string;
  readonly removePassword: string;
  readonly makeSecret: string;
  readonly nameAdminGroups: string;
  addScopes(missing: readonly string[]): string;
}

export function adviceFor(place: Place, names: { secretScope: string; appName: string }): Advice {
  return place === 'app' ? forTheApp(names) : forTheLaptop;
}

/** `databricks.yml` says what the app has; a deployment makes it so. */
function forTheApp({ secretScope, appName }: { secretScope: string; appName: string }): Advice {
  return {
    removeVariables: 'Remove them from `config.env` in databricks.yml (or from app.yaml) and deploy again.',
    giveCredentials: `The platform sets them when it starts an app: databricks apps stop ${appName} && databricks apps start ${appName}`,
    renewClientSecret: `Restart the app, so that the platform sets its credentials anew: databricks apps stop ${appName} && databricks apps start ${appName}`,
    renewToken: 'An app has no token of its own.',
    configureDatabase:
      'Give the app the database resource of databricks.yml and deploy again: databricks bundle deploy -t TARGET',
    // The platform resolves a database resource to its host, so a URL or a password can never come out of `valueFrom`.
    nameDatabase:
      'Set LAKEBASE_INSTANCE_NAME (Provisioned) as a plain value, because `valueFrom` of a database resource gives its host and nothing else; or LAKEBASE_ENDPOINT (Autoscaling) by `valueFrom` of the postgres resource.',
    grantDatabase: 'Give the app CAN_CONNECT_AND_CREATE on the database resource in databricks.yml and deploy again.',
    removePassword: 'Remove PGPASSWORD: Lakebase passwords are minted for each connection.',
    makeSecret: `databricks secrets create-scope ${secretScope}; openssl rand -base64 48 | databricks secrets put-secret ${secretScope} app-secret`,
    nameAdminGroups:
      'Set `admin_groups` in databricks.yml to a group that `databricks groups list` names, and deploy again.',
    addScopes: scopesIntoBundle,
  };
}

const forTheLaptop: Advice = {
  removeVariables: 'Remove them from .env.local and from the shell.',
  giveCredentials:
    'Set DATABRICKS_TOKEN in .env.local (`databricks auth token --host HOST` prints one), or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.',
  renewClientSecret:
    'Set DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal of this workspace in .env.local.',
  renewToken: 'Set a fresh DATABRICKS_TOKEN in .env.local: databricks auth token --host HOST',
  configureDatabase: 'npx lakescope doctor',
  nameDatabase: 'npx lakescope doctor',
  grantDatabase: 'Ask the owner of the database for the right to use it, or take another one: npx lakescope doctor',
  removePassword: 'Remove PGPASSWORD from .env.local, unless this is a plain Postgres.',
  makeSecret: 'echo "LAKESCOPE_SECRET=$(openssl rand -base64 48)" >> .env.local',
  nameAdminGroups: 'Set ADMIN_GROUPS in .env.local to a group that `databricks groups list` names.',
  addScopes: scopesIntoBundle,
};

/** New scopes count after a restart, and for each person after a new consent. */
function scopesIntoBundle(missing: readonly string[]): string {
  return `Add ${missing.map((scope) => `"- ${scope}"`).join(', ')} to user_api_scopes in databricks.yml, deploy, restart the app, and sign in again.`;
}
