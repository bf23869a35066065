import { PlatformError } from '@lakescope/databricks-client';
import { platformFault } from '@lakescope/server-doctor';
import {
  connectionFault,
  InvalidBackup,
  LakebaseNotConfigured,
  RestoreRefused,
  SchemaIsNewer,
  type OpenSchema,
} from '@lakescope/server-persistence';
import { hasCode } from './env-file';
import { CommandFailed, EXIT } from './exit-code';
import { doctorCommand, settingsName } from './settings-name';

/** SQLSTATE of a statement that the role may not run. */
export const INSUFFICIENT_PRIVILEGE = '42501';

/** What a SQLSTATE means to whoever works on the schema, and what helps. */
const BY_SQLSTATE: Readonly<Record<string, string>> = {
  [INSUFFICIENT_PRIVILEGE]: 'The role of these settings may not do this in the database.',
  '55P03':
    'Given up: somebody holds a lock that this needs, most likely the running app. Try again, or stop the app before.',
  '42P01': 'The schema is not there as this release needs it: run `npx lakescope migrate up`.',
  '57014': 'Given up: the database ended a statement that took too long.',
};

/** Who was refused, whose the schema is, and as whom to come. It stays with its owner: an app may live on it. */
export function refusedRole(
  { owner, user }: Awaited<ReturnType<OpenSchema['access']>>,
  settings: string,
  cause: unknown,
): CommandFailed {
  const asTheApp = `act with the app's client id and secret (DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET, and PGUSER if it is set) in ${settingsName(settings)}`;
  return failure(
    owner === undefined
      ? `${user} may not create the schema lakescope in this database: ${asTheApp}, or take a database of your own.`
      : `${user} may not use the schema lakescope, which belongs to ${owner}: ${asTheApp}.`,
    cause,
  );
}

/** What went wrong with the schema in one sentence for people; anything else comes back as it is. */
export function schemaFailure(error: unknown, settings: string): unknown {
  if (error instanceof CommandFailed) return error;
  if (error instanceof LakebaseNotConfigured) {
    return failure(`No database is configured: ${doctorCommand(settings)}`, error);
  }
  if (error instanceof SchemaIsNewer || error instanceof InvalidBackup || error instanceof RestoreRefused) {
    return failure(error.message, error);
  }
  if (error instanceof PlatformError)
    return failure(`No database credential was issued: ${platformFault(error)}.`, error);
  const known = Object.entries(BY_SQLSTATE).find(([state]) => hasCode(error, state));
  if (known !== undefined) return failure(known[1], error);
  const reason = connectionFault(error);
  return reason === undefined ? error : failure(`The database cannot be reached: ${reason}.`, error);
}

function failure(message: string, cause: unknown): CommandFailed {
  return new CommandFailed(message, EXIT.failed, { cause });
}
