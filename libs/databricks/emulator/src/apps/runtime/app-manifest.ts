import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppEnvVar } from '@lakescope/databricks-wire';
import { parse, YAMLParseError } from 'yaml';
import { errorCode } from '../../state/error-code';
import { isVariableName } from '../app-request';
import { DeploymentFailed } from './deployment-failed';

/** What the files of an app say about how it is run. */
export interface AppManifest {
  /** Empty: app.yaml says none. */
  readonly command: readonly string[];
  readonly env: readonly AppEnvVar[];
}

const NAMES = ['app.yaml', 'app.yml'];

/** Reads app.yaml of a folder; a folder without one says nothing. */
export async function readManifest(directory: string): Promise<AppManifest> {
  for (const name of NAMES) {
    const text = await readText(join(directory, name));
    if (text !== undefined) return parseManifest(name, text);
  }
  return { command: [], env: [] };
}

/** How an app is run that says nothing about it; undefined when its files do not tell. */
export async function defaultCommand(directory: string): Promise<readonly string[] | undefined> {
  const names = (await readdir(directory)).toSorted();
  if (names.includes('package.json')) return ['npm', 'run', 'start'];
  const python = names.find((name) => name.endsWith('.py'));
  return python === undefined ? undefined : ['python', python];
}

function parseManifest(name: string, text: string): AppManifest {
  let content: unknown;
  try {
    // Warnings would show lines of the file, too.
    content = parse(text, { logLevel: 'error' }) ?? {};
  } catch (error) {
    throw new DeploymentFailed(`${name} is no YAML${placeOf(error)}.`, { cause: error });
  }
  if (!isMap(content)) throw new DeploymentFailed(`${name} must be a map with command and env.`);
  const { command = [], env = [] } = content as { command?: unknown; env?: unknown };
  if (!Array.isArray(command) || command.some((part) => typeof part !== 'string')) {
    throw new DeploymentFailed(
      `${name}: command must be a list of strings, such as ["node", "main.js"]; it is no shell.`,
    );
  }
  if (!Array.isArray(env)) throw new DeploymentFailed(`${name}: env must be a list.`);
  return { command: command as string[], env: env.map((entry: unknown) => parseVariable(name, entry)) };
}

function parseVariable(file: string, entry: unknown): AppEnvVar {
  if (!isMap(entry)) throw new DeploymentFailed(`${file}: every entry of env must have name and value or valueFrom.`);
  const { name, value, valueFrom } = entry as { name?: unknown; value?: unknown; valueFrom?: unknown };
  if (typeof name !== 'string' || !isVariableName(name)) {
    throw new DeploymentFailed(`${file}: every entry of env needs a name of letters, digits and underscores.`);
  }
  if (typeof valueFrom === 'string' && valueFrom !== '' && value === undefined) return { name, value_from: valueFrom };
  // Numbers and true are written without quotes all the time.
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (isPlain && valueFrom === undefined) return { name, value: String(value) };
  throw new DeploymentFailed(`${file}: ${name} must have either value, a text, or valueFrom, the name of a resource.`);
}

/** What is wrong and where. The parser's message shows the line itself, which may hold a secret. */
function placeOf(error: unknown): string {
  if (!(error instanceof YAMLParseError)) return '';
  const [start] = error.linePos ?? [];
  return start === undefined ? `: ${error.code}` : `: ${error.code} in line ${start.line}`;
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
