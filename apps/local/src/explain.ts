import { MountUnavailable, PostgresUnavailable, StateFolderError } from '@lakescope/databricks-emulator';
import { LaunchError } from './launch-error';

const expected = [LaunchError, PostgresUnavailable, MountUnavailable, StateFolderError];

/** One line for what a person can act on; a stack for what is a fault of ours. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (expected.some((kind) => error instanceof kind)) return error.message.replaceAll(/\s*\n\s*/g, ' ');
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use. Choose others with --ports BASE (see --help), or --ports 0 for any that are free.`;
  }
  return error.stack ?? error.message;
}
