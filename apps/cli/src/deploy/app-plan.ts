import type { AppEnvVar, AppResource } from '@lakescope/databricks-client';
import { stringify } from 'yaml';
import type { Bundle } from '../bundle';

/** What is to be deployed, as databricks.yml says it for one target, with everything put in. */
export interface AppPlan {
  readonly name: string;
  readonly description: string;
  readonly command: readonly string[];
  readonly env: readonly AppEnvVar[];
  readonly scopes: readonly string[];
  readonly resources: readonly AppResource[];
  /** Groups and what each may do with the app. */
  readonly rights: readonly { readonly group: string; readonly level: string }[];
}

/** First line of an app.yaml that a deployment wrote: its environment is the one of its target. */
export const WRITTEN_FOR = '# Written by `lakescope deploy` for the target';

/** `lookedUp`: ids of what databricks.yml names by its name; `name` in place of the app's. */
export function planOf(bundle: Bundle, name: string, lookedUp: Readonly<Record<string, string>>): AppPlan {
  const app = bundle.filled(bundle.app, lookedUp);
  return {
    name,
    description: app.description ?? '',
    command: app.config.command,
    env: app.config.env,
    scopes: app.user_api_scopes,
    resources: app.resources,
    rights: (app.permissions ?? []).flatMap(({ level, group_name: group }) =>
      group === undefined ? [] : [{ group, level }],
    ),
  };
}

/**
 * The app.yaml of a target. The one in the checkout names the database of prod; what is uploaded says what databricks.yml says, as the
 * Databricks CLI writes it for a bundle (there `value_from` is `valueFrom`).
 */
export function appYamlOf({ command, env }: Pick<AppPlan, 'command' | 'env'>, target: string): string {
  const variables = env.map(({ name, value, value_from: valueFrom }) =>
    valueFrom === undefined ? { name, value } : { name, valueFrom },
  );
  return `${WRITTEN_FOR} ${target}.\n${stringify({ command, env: variables })}`;
}
