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
  /** Something was sealed with a secret that is not there any more. */
  readonly findSecret: string;
  readonly nameAdminGroups: string;
  readonly takeOtherDatabase: string;
  readonly comparePlace: string;
  readonly nameApp: string;
  readonly migrateUp: string;
  readonly aggregateMetrics: string;
  readonly restartApp: string;
  readonly allowMoreRuns: string;
  /** For a person: the schema would be theirs, and the app could not use it. */
  readonly letAppMigrate: string;
  addScopes(missing: readonly string[]): string;
  /** The schema is somebody else's. An app may live on it, so it is never to be taken away. */
  leaveSchema(owner: string): string;
}

export interface Names {
  readonly secretScope: string;
  readonly appName: string;
  /** File with the settings of a laptop, as a person in front of it would name it. */
  readonly settings?: string;
}

/** File of a laptop's settings where none is named. */
const USUAL_SETTINGS = '.env.local';

export function adviceFor(place: Place, names: Names): Advice {
  return place === 'app' ? forTheApp(names) : forTheLaptop(names.settings ?? USUAL_SETTINGS);
}

/** `databricks.yml` says what the app has; a deployment makes it so. */
function forTheApp({ secretScope, appName }: Names): Advice {
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
    findSecret:
      'Set LAKESCOPE_SECRET_PREVIOUS to the secret of before (docs/operations.md, “Rotating secrets”) and restart; if it is lost, what was sealed with it is to be entered again.',
    nameAdminGroups:
      'Set `admin_groups` in databricks.yml to a group that `databricks groups list` names, and deploy again.',
    takeOtherDatabase: 'Give the app another database in databricks.yml and deploy again.',
    comparePlace: 'Check PGHOST and PGPORT, and in the workspace that the database runs.',
    nameApp: 'The platform sets DATABRICKS_APP_NAME; it must be the name the app has in the workspace.',
    migrateUp: 'npm run migrate -- up',
    aggregateMetrics: 'npm run aggregate-metrics',
    restartApp: `Look into the app’s log, and restart it: databricks apps stop ${appName} && databricks apps start ${appName}`,
    allowMoreRuns:
      'Set LAKESCOPE_INGESTION_RUNS higher in databricks.yml and deploy again, or move schedules to quieter hours.',
    letAppMigrate: 'Start the app.',
    addScopes: scopesIntoBundle,
    leaveSchema: (owner) =>
      `Give this app a database of its own in databricks.yml and deploy again. ${moveSchema(owner)}`,
  };
}

function forTheLaptop(settings: string): Advice {
  const option = settings === USUAL_SETTINGS ? '' : ` --settings ${settings}`;
  const doctor = `npx lakescope doctor${option}`;
  return {
    removeVariables: `Remove them from ${settings} and from the shell.`,
    giveCredentials: `Set DATABRICKS_TOKEN in ${settings} (\`databricks auth token --host HOST\` prints one), or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.`,
    renewClientSecret: `Set DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal of this workspace in ${settings}.`,
    renewToken: `Set a fresh DATABRICKS_TOKEN in ${settings}: databricks auth token --host HOST`,
    configureDatabase: doctor,
    nameDatabase: doctor,
    grantDatabase: `Ask the owner of the database for the right to use it, or take another one: ${doctor}`,
    removePassword: `Remove PGPASSWORD from ${settings}, unless this is a plain Postgres.`,
    makeSecret: `echo "LAKESCOPE_SECRET=$(openssl rand -base64 48)" >> ${settings}`,
    findSecret: `Set LAKESCOPE_SECRET_PREVIOUS in ${settings} to the secret of before.`,
    nameAdminGroups: `Set ADMIN_GROUPS in ${settings} to a group that \`databricks groups list\` names.`,
    takeOtherDatabase: `Take another one: ${doctor}`,
    comparePlace: `Check PGHOST and PGPORT, and in the workspace that the database runs: \`${doctor}\` compares them with the platform.`,
    nameApp: `If your app has another name, set DATABRICKS_APP_NAME=<app> in ${settings}.`,
    migrateUp: `npm run migrate -- up${option}`,
    restartApp: 'Restart the app: it takes up what was left.',
    allowMoreRuns: `Set LAKESCOPE_INGESTION_RUNS higher in ${settings} and start again, or move schedules to quieter hours.`,
    aggregateMetrics: `npm run aggregate-metrics${option === '' ? '' : ` --${option}`}`,
    letAppMigrate: `Start the app, or give its client id and secret in ${settings}: npm run migrate -- up${option}. The schema belongs to whoever makes it.`,
    addScopes: scopesIntoBundle,
    leaveSchema: (owner) =>
      isPrincipal(owner)
        ? `Act as the app it belongs to: set DATABRICKS_CLIENT_ID=${owner}, its DATABRICKS_CLIENT_SECRET and PGUSER=${owner} in ${settings}. Or take a database of your own: set LAKEBASE_DATABASE there.`
        : `Act as ${owner}, or take a database of your own: set LAKEBASE_DATABASE in ${settings}. ${moveSchema(owner)}`,
  };
}

/** The platform names the role of a service principal by its client id. */
function isPrincipal(role: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(role);
}

/** Only whoever made it can tell that no app works with it. */
function moveSchema(owner: string): string {
  return isPrincipal(owner)
    ? `The schema stays with the app it belongs to: ${owner}.`
    : `If ${owner} made the schema by mistake and no app works with it: as ${owner} \`npm run backup -- DIRECTORY\` and DROP SCHEMA lakescope CASCADE, then with the app's client id and secret \`npm run restore -- DIRECTORY\`.`;
}

/** New scopes count after a restart, and for each person after a new consent. */
function scopesIntoBundle(missing: readonly string[]): string {
  return `Add ${missing.map((scope) => `"- ${scope}"`).join(', ')} to user_api_scopes in databricks.yml, deploy, restart the app, and sign in again.`;
}
