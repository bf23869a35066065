import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { CommandFailed, EXIT } from '../exit-code';
import { hasCode } from '../env-file';
import { settingsName } from '../settings-name';

/** Databricks Apps refuses a deployment with a larger file. */
export const LARGEST_FILE_BYTES = 10 * 1024 * 1024;

/** A file of what is deployed. */
export interface StagedFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Opens it anew for every try. */
  readonly read: () => AsyncIterable<Uint8Array>;
}

/** The folder that `tools/deploy/stage.mjs` made. */
export interface StagedFolder {
  readonly directory: string;
  readonly files: readonly StagedFile[];
  readonly bytes: number;
  /** Text of its app.yaml, or undefined when it has none. */
  readonly appYaml: string | undefined;
}

/**
 * @throws CommandFailed when there is no such folder, or nothing to deploy in it
 */
export async function readStagedFolder(directory: string): Promise<StagedFolder> {
  const files = await filesIn(directory);
  if (!files.some(({ path }) => path === 'package.json')) {
    throw new CommandFailed(
      `${settingsName(directory)} holds no staged app: make one with \`node tools/deploy/stage.mjs\`, or leave --staged out.`,
    );
  }
  const hasAppYaml = files.some(({ path }) => path === 'app.yaml');
  return {
    directory,
    files,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    appYaml: hasAppYaml ? await readFile(join(directory, 'app.yaml'), 'utf8') : undefined,
  };
}

async function filesIn(directory: string): Promise<StagedFile[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const paths = entries
      // What the platform installs by itself.
      .filter((entry) => entry.isFile() && !entry.parentPath.split(sep).includes('node_modules'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    return await Promise.all(
      paths.map(async (path) => ({
        path: relative(directory, path).replaceAll(sep, '/'),
        bytes: (await stat(path)).size,
        read: () => createReadStream(path),
      })),
    );
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'ENOTDIR')) throw error;
    throw new CommandFailed(`There is no folder ${settingsName(directory)}.`, EXIT.failed, { cause: error });
  }
}

/** The same folder with another text in place of one file, or beside the others. */
export function withText(folder: StagedFolder, path: string, text: string): StagedFolder {
  const content = Buffer.from(text, 'utf8');
  const file: StagedFile = { path, bytes: content.length, read: () => oneChunk(content) };
  const files = [...folder.files.filter((other) => other.path !== path), file];
  return { ...folder, files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function* oneChunk(content: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield content;
}
