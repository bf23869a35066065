import type { LocalWorkspace } from '@lakescope/databricks-emulator';
import { nearFile, type OverviewDetails } from '../workplace';
import type { Endpoints } from './endpoints';

/** The one screen that is printed when everything is ready. Tokens stay in `endpoints.json`; the commands read them there. */
export function overview(
  parts: OverviewDetails & {
    endpoints: Endpoints;
    caFile: string;
    workspace: Pick<LocalWorkspace, 'personas' | 'databaseInstance'>;
    mounts: readonly string[];
  },
): string {
  const { endpoints, workspace, directory } = parts;
  const near = (file: string): string => nearFile(file, directory);
  const file = near(parts.endpointsFile);
  const read = (path: string): string => `node -p 'JSON.parse(fs.readFileSync("${file}")).${path}'`;
  const people = Object.entries(workspace.personas).map(
    ([name, { userName, groups }]) =>
      `    ${name.padEnd(9)} ${userName}${groups.length > 0 ? ` (${groups.join(', ')})` : ''}`,
  );
  const { host, port, database } = endpoints.postgres;
  const credential = `curl -s ${endpoints.workspace}/api/2.0/database/credentials -H "Authorization: Bearer $DATABRICKS_TOKEN" -H 'Content-Type: application/json' -d '{"instance_names":["${workspace.databaseInstance.name}"],"request_id":"psql"}'`;
  return [
    '',
    `  Lakescope is ready (${parts.seconds.toFixed(1)} s):  ${endpoints.app}`,
    '',
    `    Workspace  ${endpoints.app}/.local   personas, token, faults, requests (or the header X-Local-Persona)`,
    `    API docs   ${endpoints.app}/docs`,
    `    API        ${endpoints.replicas.join('   ')}   log: ${near(parts.apiLog)}`,
    `    REST       ${endpoints.workspace}   (DATABRICKS_HOST)`,
    `    Lakebase   ${host}:${port}/${database}`,
    `    SQL        warehouse ${endpoints.warehouse_id}   (DATABRICKS_WAREHOUSE_ID)`,
    `    S3         ${endpoints.s3.endpoint}   buckets lakescope-lake, demo-lake, demo-cda, demo-cda-tables`,
    ...parts.mounts.map((name) => `    Mount      /Volumes/lakescope/mounts/${name}`),
    '',
    '  Personas',
    ...people,
    '',
    '  Databricks CLI and SDKs',
    `    export DATABRICKS_HOST=${endpoints.workspace} DATABRICKS_TOKEN=$(${read('personas.admin.token')})`,
    '  S3 clients',
    `    export AWS_ENDPOINT_URL_S3=${endpoints.s3.endpoint} AWS_REGION=${endpoints.s3.region} AWS_ACCESS_KEY_ID=${endpoints.s3.access_key_id} AWS_SECRET_ACCESS_KEY=$(${read('s3.secret_access_key')})`,
    '  S3 in the app: admins have the connection default; others add one on the page S3',
    `    endpoint ${endpoints.s3.endpoint}   bucket demo-lake   access key ${endpoints.s3.access_key_id}   secret by: ${read('s3.secret_access_key')}`,
    '  psql',
    `    export PGPASSWORD=$(${credential} | node -p 'JSON.parse(fs.readFileSync(0)).token')`,
    `    psql "host=${host} port=${port} dbname=${database} user=${workspace.personas.admin.userName} sslmode=verify-full sslrootcert=${near(parts.caFile)}"`,
    '',
    '  Ctrl-C stops everything.',
    '',
  ].join('\n');
}
