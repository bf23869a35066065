import { AS_WHOM } from '@lakescope/server-auth';
import { Env } from '@lakescope/server-config';
import { getMetadataStorage } from 'class-validator';
import { parse } from 'yaml';
import type { AppSection, BundleVariable } from '../bundle';
import { LARGEST_FILE_BYTES, type StagedFolder } from './staged-folder';

/** What keeps something from being deployed, and what repairs it; both are sentences. */
export interface Problem {
  readonly what: string;
  readonly fix: string;
}

interface AppYaml {
  readonly env?: readonly { readonly name?: string; readonly valueFrom?: string }[];
}

/** Development's own: the API ignores them, and they hold a person's rights. */
const DEVELOPERS = new Set(['DATABRICKS_TOKEN', 'DATABRICKS_CONFIG_PROFILE']);
/** Read by Node itself. */
const OF_NODE = new Set(['NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS']);
/** A person's token may have it, an app cannot ask for it. */
const NOT_REQUESTABLE = 'mlflow';

/** What is wrong with databricks.yml itself: needs neither a build nor the platform. */
export function problemsInBundle(app: AppSection): Problem[] {
  return [...variableProblems('databricks.yml', app.config.env, app), ...missingScopes(app.user_api_scopes)];
}

/** What is wrong with the folder that is to be deployed. */
export function problemsInFolder(app: AppSection, folder: StagedFolder): Problem[] {
  return [...largeFiles(folder), ...appYamlProblems(folder, app)];
}

function largeFiles({ files }: StagedFolder): Problem[] {
  return files
    .filter(({ bytes }) => bytes > LARGEST_FILE_BYTES)
    .map(({ path, bytes }) => ({
      what: `${path} has ${megabytes(bytes)} MB, and Databricks Apps takes no file over 10 MB.`,
      fix: 'Split it, load it at run time from a volume, or leave it out of the staged folder.',
    }));
}

function variableProblems(file: string, env: readonly BundleVariable[], app: AppSection): Problem[] {
  const keys = app.resources.map(({ name }) => name);
  return env.flatMap(({ name, value, value_from: from }) => [
    ...nameProblems(file, name),
    ...(from === undefined || keys.includes(from)
      ? []
      : [
          {
            what: `${file} takes ${name} from the resource ${from}, and the app in databricks.yml has no such resource.`,
            fix: `Add a resource with \`name: ${from}\` to resources.apps.lakescope.resources, or correct the key: there is ${keys.join(', ')}.`,
          },
        ]),
    ...(value === undefined && from === undefined
      ? [{ what: `${file} gives ${name} no value.`, fix: 'Give it a value or a resource, or take it out.' }]
      : []),
  ]);
}

/** A deployment without databricks.yml goes by app.yaml: it must be right too. */
function appYamlProblems({ appYaml }: StagedFolder, app: AppSection): Problem[] {
  if (appYaml === undefined) return [];
  let content: AppYaml | null;
  try {
    content = parse(appYaml) as AppYaml | null;
  } catch (error) {
    return [{ what: `app.yaml is no YAML: ${(error as Error).message.split('\n')[0]}`, fix: 'Correct it.' }];
  }
  const env = (content?.env ?? []).map(({ name = '', valueFrom, ...rest }) => ({
    ...rest,
    name,
    ...(valueFrom === undefined ? {} : { value_from: valueFrom }),
  }));
  return variableProblems('app.yaml', env, app);
}

function nameProblems(file: string, name: string): Problem[] {
  if (knownVariables().has(name) && !DEVELOPERS.has(name)) return [];
  if (OF_NODE.has(name)) return [];
  const near = [...knownVariables()].find((known) => isNear(known, name));
  return [
    DEVELOPERS.has(name)
      ? {
          what: `${file} sets ${name}, which is a developer's own.`,
          fix: `Take it out: the app has an identity of its own.`,
        }
      : {
          what: `${file} sets ${name}, which the app does not know.`,
          fix: `Take it out${near === undefined ? '' : `, or correct it to ${near}`}; docs/operations.md lists every variable.`,
        },
  ];
}

function missingScopes(scopes: readonly string[]): Problem[] {
  const needed = new Map<string, string>();
  for (const [operation, { calls }] of Object.entries(AS_WHOM)) {
    for (const { as, scope } of calls) {
      if (as === 'user' && scope !== undefined && scope !== NOT_REQUESTABLE) {
        needed.set(scope, needed.get(scope) ?? operation);
      }
    }
  }
  return [...needed]
    .filter(([scope]) => !scopes.includes(scope))
    .map(([scope, operation]) => ({
      what: `databricks.yml does not ask for the scope ${scope}, which ${operation} needs, among others.`,
      fix: `Add \`- ${scope}\` to resources.apps.lakescope.user_api_scopes.`,
    }));
}

/** Every variable the server reads: all of them have a rule in `Env`. */
function knownVariables(): ReadonlySet<string> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Env, '', true, false);
  return new Set(rules.map(({ propertyName }) => propertyName));
}

/** One letter more, less or other, or the same letters in another case. */
function isNear(known: string, name: string): boolean {
  const [one, other] = [known.toUpperCase(), name.toUpperCase()];
  if (one === other) return true;
  if (Math.abs(one.length - other.length) > 1) return false;
  const differsAt = [...one].findIndex((letter, index) => letter !== other[index]);
  const from = differsAt === -1 ? one.length : differsAt;
  const [a, b] = [one.slice(from), other.slice(from)];
  return a.slice(1) === b.slice(1) || a.slice(1) === b || a === b.slice(1);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
