import { PlatformError } from '@lakescope/databricks-client';
import { platformFault } from '@lakescope/server-doctor';
import {
  connectionFault,
  InvalidBackup,
  LakebaseNotConfigured,
  RestoreRefused,
  SchemaIsNewer,
} from '@lakescope/server-persistence';
import { hasCode } from './env-file';
import { CommandFailed, EXIT } from './exit-code';

/** What a SQLSTATE means to whoever works on the schema, and what helps. */
const BY_SQLSTATE: Readonly<Record<string, string>> = {
  '42501':
    'The schema belongs to another role than the one of these settings: `npx lakescope doctor --check-only` says to whom, and what helps.',
  '55P03':
    'Given up: somebody holds a lock that this needs, most likely the running app. Try again, or stop the app before.',
  '57014': 'Given up: the database ended a statement that took too long.',
};

/** What went wrong with the schema in one sentence for people; anything else comes back as it is. */
export function schemaFailure(error: unknown): unknown {
  if (error instanceof LakebaseNotConfigured) return failure('No database is configured: npx lakescope doctor', error);
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
