import { readFile } from 'node:fs/promises';
import type { AppResource } from '@lakescope/databricks-client';
import type { Environment } from '@lakescope/server-config';
import { parse } from 'yaml';
import { CommandFailed, EXIT } from './exit-code';

export type Target = 'dev' | 'prod';

/** The local workspace: no target of the bundle, whose names come about in the same way. */
export const LOCAL_TARGET = 'local';

/** The variable of `databricks.yml` that names the Lakebase instance. */
export const INSTANCE_VARIABLE = 'lakebase_instance';

/** The one that names the database in it. */
export const DATABASE_VARIABLE = 'lakebase_database';

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

/** The app as `databricks.yml` declares it. */
export interface AppSection {
  readonly name: string;
  readonly description?: string;
  readonly config: { readonly command: readonly string[]; readonly env: readonly BundleVariable[] };
  readonly user_api_scopes: readonly string[];
  readonly resources: readonly AppResource[];
  readonly permissions?: readonly { readonly level: string; readonly group_name?: string }[];
}

/** A variable of the app's environment. */
export interface BundleVariable {
  readonly name: string;
  readonly value?: string;
  /** Key of a resource of the app. */
  readonly value_from?: string;
}

/** A variable whose value is the id of something that is known by its name. */
export interface Lookup {
  readonly variable: string;
  /** Of what, e.g. `warehouse`. */
  readonly kind: string;
  readonly name: string;
}

interface Variable {
  default?: unknown;
  lookup?: Record<string, unknown>;
}

interface BundleFile {
  bundle: { name: string };
  variables?: Record<string, Variable | null | undefined>;
  targets: Record<string, { variables?: Record<string, unknown> } | null>;
  resources: {
    apps: { lakescope: AppSection };
    database_instances: { lakebase: { name: string } };
  };
}

const REFERENCE = /\$\{([\w.-]+)\}/g;

/** `databricks.yml` as one target sees it. Knows no more of a bundle than what `${bundle...}`, `${var...}` and `${resources...name}` can say. */
export class Bundle {
  private constructor(
    private readonly file: string,
    private readonly content: BundleFile,
    readonly target: string,
    private readonly shell: Environment,
  ) {}

  /**
   * `shell` may set variables as for the Databricks CLI: BUNDLE_VAR_app_name and the like.
   *
   * @throws CommandFailed when there is no such target, or the file cannot be understood
   */
  static async read(file: string, target: string, shell: Environment = {}): Promise<Bundle> {
    const content = contentOf(file, await readFile(file, 'utf8'));
    if (target !== LOCAL_TARGET && !Object.hasOwn(content.targets, target)) {
      throw new CommandFailed(`${file} has no target ${target}: it has ${Object.keys(content.targets).join(', ')}.`);
    }
    return new Bundle(file, content, target, shell);
  }

  /** As it is written, with its variables. */
  get app(): AppSection {
    return this.content.resources.apps.lakescope;
  }

  /** The variables in a part of the file whose values have to be asked for. */
  lookupsIn(part: unknown): Lookup[] {
    const names = new Set([...JSON.stringify(part).matchAll(REFERENCE)].map(([, name = '']) => variableIn(name)));
    return [...names].flatMap((variable) => {
      if (variable === undefined || this.variable(variable) !== undefined) return [];
      const [lookup] = Object.entries(this.content.variables?.[variable]?.lookup ?? {});
      return lookup === undefined ? [] : [{ variable, kind: lookup[0], name: this.filled(String(lookup[1])) }];
    });
  }

  /** A part of the file with everything put in; `lookedUp` has the values of the variables that were asked for. */
  filled<T>(part: T, lookedUp: Readonly<Record<string, string>> = {}): T {
    if (typeof part === 'string') {
      return part.replaceAll(REFERENCE, (_, name: string) => this.valueOf(name, lookedUp)) as T;
    }
    if (Array.isArray(part)) return part.map((item: unknown) => this.filled(item, lookedUp)) as T;
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, value]) => [key, this.filled<unknown>(value, lookedUp)]),
    ) as T;
  }

  /** Where a variable's value stands, for people. */
  whereFrom(variable: string): string {
    return this.shell[`BUNDLE_VAR_${variable}`] === undefined
      ? 'databricks.yml'
      : `BUNDLE_VAR_${variable} of the shell`;
  }

  private valueOf(name: string, lookedUp: Readonly<Record<string, string>>): string {
    const { bundle, resources } = this.content;
    if (name === 'bundle.name') return bundle.name;
    if (name === 'bundle.target') return this.target;
    if (name === 'resources.database_instances.lakebase.name')
      return this.filled(resources.database_instances.lakebase.name, lookedUp);
    const variable = variableIn(name);
    const value = variable === undefined ? undefined : (lookedUp[variable] ?? this.variable(variable));
    if (value === undefined) throw new CommandFailed(`${this.file} does not say what \${${name}} is.`);
    return this.filled(value, lookedUp);
  }

  /** The shell comes before the target, and the target before what is usual. */
  private variable(name: string): string | undefined {
    const { targets, variables } = this.content;
    const value =
      this.shell[`BUNDLE_VAR_${name}`] ?? targets[this.target]?.variables?.[name] ?? variables?.[name]?.default;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  }
}

/** The names a target uses, with the bundle's variables put in. */
export async function readBundleTarget(file: string, target: string, shell: Environment = {}): Promise<BundleTarget> {
  const bundle = await Bundle.read(file, target, shell);
  const { resources, name, user_api_scopes: scopes } = bundle.app;
  const database = resources.find((resource) => resource.database !== undefined)?.database;
  const secret = resources.find((resource) => resource.secret !== undefined)?.secret;
  if (database === undefined || secret === undefined) {
    throw new CommandFailed(`The app in ${file} has no database or no secret resource.`);
  }
  return {
    target,
    appName: bundle.filled(name),
    instanceName: bundle.filled(database.instance_name ?? ''),
    database: bundle.filled(database.database_name ?? ''),
    secretScope: bundle.filled(secret.scope ?? ''),
    secretKey: bundle.filled(secret.key ?? ''),
    scopes,
  };
}

function contentOf(file: string, text: string): BundleFile {
  let content: Partial<BundleFile> | null;
  try {
    content = parse(text) as Partial<BundleFile> | null;
  } catch (cause) {
    throw new CommandFailed(`${file} is no YAML: ${(cause as Error).message.split('\n')[0]}`, EXIT.failed, { cause });
  }
  const app = content?.resources?.apps?.lakescope;
  const lacking = [
    [content?.bundle?.name, 'bundle.name'],
    [content?.targets, 'targets'],
    [content?.resources?.database_instances?.lakebase, 'resources.database_instances.lakebase'],
    [app?.name, 'resources.apps.lakescope.name'],
    [app?.config?.command, 'resources.apps.lakescope.config.command'],
    [app?.config?.env, 'resources.apps.lakescope.config.env'],
    [app?.resources, 'resources.apps.lakescope.resources'],
    [app?.user_api_scopes, 'resources.apps.lakescope.user_api_scopes'],
  ].flatMap(([value, name]) => (value === undefined || value === null ? [name] : []));
  if (lacking.length > 0) throw new CommandFailed(`${file} has no ${lacking.join(', no ')}.`);
  return content as BundleFile;
}

function variableIn(reference: string): string | undefined {
  return /^var\.(.+)$/.exec(reference)?.[1];
}
