import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { CommandFailed, EXIT } from './exit-code';

export type Target = 'dev' | 'prod';

/** What `databricks.yml` says about one target. */
export interface BundleTarget {
  readonly target: string;
  readonly appName: string;
  readonly instanceName: string;
  readonly database: string;
  readonly secretScope: string;
  readonly secretKey: string;
  readonly scopes: readonly string[];
}

interface Variables {
  [name: string]: { default?: unknown } | undefined;
}

interface BundleFile {
  bundle: { name: string };
  variables: Variables;
  targets: Record<string, { variables?: Record<string, unknown> } | null>;
  resources: {
    apps: { lakescope: { name: string; user_api_scopes: string[]; resources: AppResource[] } };
    database_instances: { lakebase: { name: string } };
  };
}

interface AppResource {
  name: string;
  database?: { instance_name: string; database_name: string };
  secret?: { scope: string; key: string };
}

/** The names a target uses, with the bundle's variables put in. Only what `${bundle...}`, `${var...}` and `${resources...name}` can say. */
export async function readBundleTarget(file: string, target: string): Promise<BundleTarget> {
  const bundle = parse(await readFile(file, 'utf8')) as BundleFile;
  if (!Object.hasOwn(bundle.targets, target)) {
    throw new CommandFailed(
      `${file} has no target ${target}: it has ${Object.keys(bundle.targets).join(', ')}.`,
      EXIT.usage,
    );
  }
  const say = (text: string): string => interpolate(text, (name) => valueOf(bundle, target, name, say));
  const { lakescope } = bundle.resources.apps;
  const database = lakescope.resources.find((resource) => resource.database !== undefined)?.database;
  const secret = lakescope.resources.find((resource) => resource.secret !== undefined)?.secret;
  if (database === undefined || secret === undefined) {
    throw new CommandFailed(`The app in ${file} has no database or no secret resource.`);
  }
  return {
    target,
    appName: say(lakescope.name),
    instanceName: say(database.instance_name),
    database: say(database.database_name),
    secretScope: say(secret.scope),
    secretKey: say(secret.key),
    scopes: lakescope.user_api_scopes,
  };
}

function interpolate(text: string, valueFor: (name: string) => string): string {
  return text.replaceAll(/\$\{([\w.-]+)\}/g, (_, name: string) => valueFor(name));
}

function valueOf(bundle: BundleFile, target: string, name: string, say: (text: string) => string): string {
  if (name === 'bundle.name') return bundle.bundle.name;
  if (name === 'bundle.target') return target;
  if (name === 'resources.database_instances.lakebase.name')
    return say(bundle.resources.database_instances.lakebase.name);
  const variable = /^var\.(.+)$/.exec(name)?.[1];
  const value =
    variable === undefined
      ? undefined
      : (bundle.targets[target]?.variables?.[variable] ?? bundle.variables[variable]?.default);
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new CommandFailed(`databricks.yml does not say what \${${name}} is.`);
  return say(String(value));
}
