import type { LakebaseConfig } from '@lakescope/server-config';
import { connectionFault, type LakebaseCredentials } from '@lakescope/server-persistence';
import type { Advice } from './advice';
import type { Check } from './examination';
import { failed, ok, warning, type Finding } from './finding';
import { lookIntoPostgres, type PostgresFacts } from './postgres-facts';

export interface PostgresSubject {
  readonly config: LakebaseConfig;
  readonly credentials: LakebaseCredentials;
  /** Names of the migrations this release knows, oldest first. */
  readonly migrations: readonly string[];
  readonly advice: Advice;
}

/** SQLSTATE of a login that no rule of the server lets in: also of one without TLS, where the server asks for it. */
const NO_SUCH_ENTRY = '28000';

/** Whether the app can log in, is held by row-level security, and finds the schema it needs. */
export function postgresChecks({ config, credentials, migrations, advice }: PostgresSubject): Check[] {
  let looking: Promise<PostgresFacts> | undefined;
  const facts = (): Promise<PostgresFacts> => (looking ??= lookIntoPostgres(config, credentials));
  return [
    {
      id: 'postgres_reachable',
      title: 'The app can log in to Postgres',
      needs: ['database_credential'],
      async examine(): Promise<Finding> {
        try {
          const { serverVersion, user } = await facts();
          return ok(`PostgreSQL ${serverVersion} at ${config.host}:${config.port}, as ${user}.`);
        } catch (error) {
          return notReached(error, config, advice);
        }
      },
    },
    {
      id: 'postgres_tls',
      title: 'The connection to Postgres is verified',
      needs: ['postgres_reachable'],
      examine: () =>
        ['require', 'verify-ca', 'verify-full'].includes(config.sslMode)
          ? ok(`PGSSLMODE=${config.sslMode}: encrypted, and the certificate is verified.`)
          : warning(`PGSSLMODE=${config.sslMode} trusts any server.`, 'Set PGSSLMODE=require'),
    },
    {
      id: 'postgres_role',
      title: 'Row-level security holds the role',
      needs: ['postgres_reachable'],
      async examine(): Promise<Finding> {
        const { user, unbound } = await facts();
        return unbound
          ? warning(
              `${user} may bypass row-level security, so one of the two walls between users is down.`,
              `ALTER ROLE "${user.replaceAll('"', '""')}" NOSUPERUSER NOBYPASSRLS;`,
            )
          : ok(`${user} is neither superuser nor may it bypass row-level security.`);
      },
    },
    {
      id: 'schema',
      title: 'The schema is the one this release needs',
      needs: ['postgres_reachable'],
      examine: async () => schemaState(await facts(), migrations, advice),
    },
  ];
}

function schemaState(
  { user, schemaOwner, mayCreateSchema, applied }: PostgresFacts,
  migrations: readonly string[],
  advice: Advice,
): Finding {
  if (schemaOwner === undefined) {
    return mayCreateSchema
      ? warning(
          'The schema lakescope does not exist yet; the app creates it when it starts.',
          isPerson(user) ? advice.letAppMigrate : advice.migrateUp,
        )
      : failed(`${user} may not create the schema lakescope.`, advice.grantDatabase);
  }
  if (applied === undefined || schemaOwner !== user) {
    return failed(
      `The schema lakescope belongs to ${schemaOwner}, and these settings log in as ${user}.`,
      advice.leaveSchema(schemaOwner),
    );
  }
  const unknown = applied.filter((name) => !migrations.includes(name));
  if (unknown.length > 0) {
    return failed(
      `A newer release has migrated it: ${unknown.join(', ')}.`,
      'Deploy the newer release, or take these back with it: `npm run migrate -- down`.',
    );
  }
  const pending = migrations.filter((name) => !applied.includes(name));
  if (pending.length > 0) {
    return warning(`Pending: ${pending.join(', ')}. The app applies them when it starts.`, advice.migrateUp);
  }
  return ok(`${applied.at(-1) ?? 'No migration'} is the last of ${applied.length}, none is pending.`);
}

/** Postgres and Node say by code what went wrong; the code decides what helps. */
function notReached(error: unknown, config: LakebaseConfig, advice: Advice): Finding {
  const reason = connectionFault(error);
  if (reason === undefined) throw error;
  const code = codeOf(error);
  const place = `${config.host}:${config.port}`;
  return code === NO_SUCH_ENTRY && config.sslMode === 'disable'
    ? failed(
        `${place}: the server refuses a connection that is not encrypted, and PGSSLMODE=disable leaves TLS out.`,
        'Set PGSSLMODE=require',
      )
    : failed(`${place}: ${reason}.`, connectionFix(code, config, advice));
}

function connectionFix(code: string, config: LakebaseConfig, advice: Advice): string {
  if (code.startsWith('28')) {
    const role = (config.user ?? 'CLIENT_ID').replaceAll("'", "''");
    const kind = isPerson(role) ? 'USER' : 'SERVICE_PRINCIPAL';
    return `Set PGUSER to the identity the credential is for. If the role is missing, as an owner of the database: CREATE EXTENSION IF NOT EXISTS databricks_auth; SELECT databricks_create_role('${role}', '${kind}');`;
  }
  if (code === '3D000') return 'Set LAKEBASE_DATABASE=databricks_postgres, or create the database that is named.';
  if (/CERT|SELF_SIGNED|^ERR_(TLS|SSL)/.test(code)) {
    return 'Check PGHOST. If a proxy of your own signs the certificate, set NODE_EXTRA_CA_CERTS to its CA file.';
  }
  return advice.comparePlace;
}

/** The platform names the role of a person by the e-mail address, that of a service principal by the client id. */
function isPerson(role: string): boolean {
  return role.includes('@');
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}
