import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidHost, workspaceOrigin } from '@lakescope/databricks-client';
import { CommandFailed, EXIT } from '../exit-code';
import { hasCode } from '../env-file';
import { settingsName } from '../settings-name';

/** Where the local workspace of `npm start` is, and who may be signed in there. */
export interface LocalEndpoints {
  readonly workspace: URL;
  /** Names of the personas, the administrator's first. */
  readonly personas: readonly string[];
}

/** Folder of the state of `npm start` where no other one is named. */
export const USUAL_STATE = '.lakescope';

/**
 * `endpoints.json`, which `npm start` writes into its state folder when everything is ready and takes away when it ends.
 *
 * @throws CommandFailed when the local workspace does not run, or the file says something else
 */
export async function readLocalEndpoints(stateDirectory: string): Promise<LocalEndpoints> {
  const file = join(stateDirectory, 'endpoints.json');
  const { workspace, personas } = await readObject(file, stateDirectory);
  if (typeof workspace !== 'string' || typeof personas !== 'object' || personas === null) throw unusable(file);
  try {
    return { workspace: workspaceOrigin(workspace), personas: Object.keys(personas) };
  } catch (error) {
    if (!(error instanceof InvalidHost)) throw error;
    throw unusable(file, error);
  }
}

async function readObject(file: string, stateDirectory: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'ENOTDIR')) throw error;
    throw new CommandFailed(
      `No local workspace runs on ${settingsName(stateDirectory)}: start one with \`npm start\`, or name the folder of another one by --state.`,
      EXIT.failed,
      { cause: error },
    );
  }
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === 'object' && content !== null) return content as Record<string, unknown>;
  } catch (error) {
    throw unusable(file, error);
  }
  throw unusable(file);
}

function unusable(file: string, cause?: unknown): CommandFailed {
  return new CommandFailed(
    `${file} does not say where the local workspace is: stop \`npm start\` and start it again.`,
    EXIT.failed,
    { cause },
  );
}
