import type { AppEnvVar } from '@lakescope/databricks-wire';
import { JsonFields, listOf } from '../http/json-fields';
import { invalidParameter } from '../http/refusals';
import { ALWAYS_GRANTED_SCOPES } from '../identity/scopes';
import { parseResources } from './app-resource';
import type { AppSettings } from './apps-document';

const COMPUTE_SIZES = ['MEDIUM', 'LARGE', 'XLARGE'];
const LONGEST_DESCRIPTION = 1000;

/** Which setting each field of the API stands for. */
const SETTING_OF: Readonly<Record<string, keyof AppSettings>> = {
  description: 'description',
  resources: 'resources',
  user_api_scopes: 'userApiScopes',
  compute_size: 'computeSize',
  default_source_code_path: 'defaultSourceCodePath',
};

/** Lower case letters, digits and hyphens, 2 to 30, as the form in the workspace has it. */
export function parseAppName(body: JsonFields): string {
  const name = body.requiredText('name');
  if (/^[a-z0-9][a-z0-9-]{0,28}[a-z0-9]$/.test(name)) return name;
  throw invalidParameter(
    'App name must contain only lowercase letters, numbers, and hyphens, begin and end with no hyphen, and have 2 to 30 characters.',
  );
}

/** All settings of an app: what a request does not say is empty, also in a PATCH, as on the platform. */
export function parseSettings(body: JsonFields): AppSettings {
  const description = body.text('description') ?? '';
  if (description.length > LONGEST_DESCRIPTION) {
    throw invalidParameter(`description has more than ${LONGEST_DESCRIPTION} characters`);
  }
  const computeSize = body.text('compute_size') ?? 'MEDIUM';
  if (!COMPUTE_SIZES.includes(computeSize)) {
    throw invalidParameter(`compute_size must be one of ${COMPUTE_SIZES.join(', ')}`);
  }
  const defaultSourceCodePath = body.text('default_source_code_path');
  return {
    description,
    resources: parseResources(body.value('resources')),
    userApiScopes: parseUserApiScopes(body.value('user_api_scopes')),
    computeSize,
    ...(defaultSourceCodePath === undefined || defaultSourceCodePath === '' ? {} : { defaultSourceCodePath }),
  };
}

/** `POST /{name}/update`: the settings with those replaced that the mask names. */
export function parseMaskedUpdate(body: JsonFields, before: AppSettings): AppSettings {
  const mask = body
    .requiredText('update_mask')
    .split(',')
    .map((name) => name.trim());
  const asked = parseSettings(new JsonFields(body.value('app') ?? {}));
  if (mask.includes('*')) return asked;
  return { ...before, ...pick(asked, mask.map(settingOf)) };
}

function settingOf(field: string): keyof AppSettings {
  const setting = Object.hasOwn(SETTING_OF, field) ? SETTING_OF[field] : undefined;
  if (setting !== undefined) return setting;
  const known = Object.keys(SETTING_OF).join(', ');
  throw invalidParameter(`update_mask: ${field.slice(0, 100)} is none of ${known} or *`);
}

function pick(settings: AppSettings, names: readonly (keyof AppSettings)[]): Partial<AppSettings> {
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

export interface DeploymentRequest {
  /** Undefined: the app's default. */
  readonly sourceCodePath: string | undefined;
  readonly mode: string;
  readonly command: string[];
  readonly envVars: AppEnvVar[];
}

export function parseDeploymentRequest(body: JsonFields): DeploymentRequest {
  const mode = body.text('mode') ?? 'SNAPSHOT';
  if (mode !== 'SNAPSHOT') {
    throw invalidParameter(
      mode === 'AUTO_SYNC'
        ? 'mode AUTO_SYNC is not supported by the local workspace: deploy again after a change.'
        : `mode ${mode.slice(0, 100)} is none of SNAPSHOT, AUTO_SYNC.`,
    );
  }
  if (body.value('git_source') !== undefined) {
    throw invalidParameter('git_source is not supported by the local workspace: upload the folder instead.');
  }
  const path = body.text('source_code_path');
  const command = body.value('command');
  const envVars = body.value('env_vars');
  return {
    sourceCodePath: path === '' ? undefined : path,
    mode,
    command: command === undefined ? [] : parseCommand(command),
    envVars: envVars === undefined ? [] : listOf(envVars, 'env_vars').map(parseEnvVar),
  };
}

function parseCommand(value: unknown): string[] {
  return listOf(value, 'command').map((part) => {
    if (typeof part === 'string' && !part.includes('\0')) return part;
    throw invalidParameter('command must be a list of strings');
  });
}

function parseEnvVar(entry: unknown): AppEnvVar {
  const fields = new JsonFields(entry);
  const name = fields.requiredText('name');
  const value = fields.text('value');
  const valueFrom = fields.text('value_from');
  if (!isVariableName(name)) throw invalidParameter(`env_vars: ${name.slice(0, 100)} is no name of a variable`);
  if ((value === undefined) === (valueFrom === undefined || valueFrom === '')) {
    throw invalidParameter(`env_vars: ${name} must have exactly one of value and value_from`);
  }
  if (value?.includes('\0') === true) throw invalidParameter(`env_vars: ${name} must not contain NUL`);
  return valueFrom === undefined || valueFrom === '' ? { name, value: value ?? '' } : { name, value_from: valueFrom };
}

/** What every system can set: no `=`, no NUL, not empty. */
export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name);
}

function parseUserApiScopes(value: unknown): string[] {
  if (value === undefined) return [];
  const scopes = listOf(value, 'user_api_scopes').map((scope) => {
    if (typeof scope === 'string' && /^[a-z][\w.:-]{0,99}$/.test(scope)) return scope;
    throw invalidParameter('user_api_scopes must be a list of names of scopes');
  });
  const refused = scopes.find((scope) => scope === 'all-apis' || ALWAYS_GRANTED_SCOPES.includes(scope));
  if (refused !== undefined) throw invalidParameter(`user_api_scopes: an app cannot ask for ${refused}.`);
  return [...new Set(scopes)];
}
