import type { AppResource, DatabricksApp } from '@lakescope/databricks-client';
import { DATABASE_VARIABLE, INSTANCE_VARIABLE } from '../bundle';
import { CommandFailed } from '../exit-code';
import type { Problem } from './check-files';

/** The variable that tells an app its Lakebase instance. */
export const INSTANCE_IN_ENVIRONMENT = 'LAKEBASE_INSTANCE_NAME';

/** Where an app has its data: a database of a Lakebase instance. */
export interface DataPlace {
  readonly instance: string;
  /** Undefined: it is not said. */
  readonly database: string | undefined;
}

/** An app as far as it says where its data lies. */
type WithResources = Pick<DatabricksApp, 'name' | 'resources'> | undefined;

/** Who has said what an app is to get. */
export interface Sources {
  /** Undefined: this command by itself, which nobody can correct. */
  readonly ofInstance: string | undefined;
  readonly ofDatabase: string;
  readonly asOptions: string;
}

/** What an app has among its resources; undefined for none, and for an Autoscaling branch. */
export function dataPlaceIn(resources: readonly AppResource[] | undefined): DataPlace | undefined {
  for (const { database } of resources ?? []) {
    const { instance_name: instance, database_name: name } = database ?? {};
    if (instance !== undefined) return { instance, database: name };
  }
  return undefined;
}

/** That an app would leave its data behind in another place, because a variable was set in passing. */
export function problemsOfDataPlace(app: WithResources, next: DataPlace, sources: Sources): Problem[] {
  const { ofInstance, ofDatabase, asOptions } = sources;
  const name = app?.name ?? 'The app';
  const deploy = `npx lakescope deploy ${asOptions} --instance`;
  const meant = (what: string): string => `Or, if ${what} is meant: ${deploy} ${next.instance}`;
  const present = dataPlaceIn(app?.resources);
  const branch = branchIn(app);
  if (present === undefined && branch !== undefined) {
    return [
      {
        what: `${name} has its data in the Lakebase Autoscaling branch ${branch}, and would begin without it in the instance ${next.instance}.`,
        fix: `Keep ${branch}: give the app in databricks.yml its resource \`postgres\` in place of \`database\`, and deploy with the Databricks CLI itself. ${meant(next.instance)}`,
      },
    ];
  }
  if (present === undefined) return [];
  if (present.instance !== next.instance) {
    const correct = ofInstance === undefined ? '' : `, or correct ${ofInstance} (variable ${INSTANCE_VARIABLE})`;
    return [
      {
        what: `${name} has its data in the Lakebase instance ${present.instance}, and ${ofInstance ?? 'this command'} names ${next.instance}, where it would begin without it.`,
        fix: `Keep ${present.instance}: ${deploy} ${present.instance}${correct}. ${meant(next.instance)}`,
      },
    ];
  }
  if (!isOtherDatabase(present, next)) return [];
  return [
    {
      what: `${name} has its data in the database ${present.database} of the Lakebase instance ${present.instance}, and ${ofDatabase} names ${next.database}, where it would begin without it.`,
      fix: `Keep ${present.database}: correct ${ofDatabase} (variable ${DATABASE_VARIABLE}). ${meant(`${next.database}`)}`,
    },
  ];
}

/** What comes before the way back to a release whose data lies elsewhere; undefined where it lies where it did. */
export function beforeDataIsBack(
  app: WithResources,
  next: DataPlace,
  target: { readonly asOptions: string; readonly isLocal: boolean },
): string | undefined {
  const present = dataPlaceIn(app?.resources);
  const branch = branchIn(app);
  if (present === undefined) {
    return branch === undefined
      ? undefined
      : `The earlier release has its data in the Lakebase Autoscaling branch ${branch}, which the app must get back first, in place of its Lakebase instance.`;
  }
  const isElsewhere = isOtherDatabase(present, next);
  if (present.instance === next.instance && !isElsewhere) return undefined;
  const variable = isElsewhere ? `BUNDLE_VAR_${DATABASE_VARIABLE}=${present.database} ` : '';
  // A bundle would delete the one instance for the other.
  const plainly = target.isLocal ? '' : ' --no-cli';
  return `The earlier release has its data in the ${isElsewhere ? `database ${present.database} of the ` : ''}Lakebase instance ${present.instance}, which the app must get back first, from a checkout of that release because a later one may change the schema: ${variable}npx lakescope deploy ${target.asOptions} --instance ${present.instance}${plainly}`;
}

/** @throws CommandFailed for a folder whose app.yaml names another instance than the app may log in to */
export function refuseForeignSource(
  source: string,
  named: string | undefined,
  app: WithResources,
  target: { readonly asOptions: string; readonly isLocal: boolean },
): void {
  const present = dataPlaceIn(app?.resources)?.instance;
  if (present === undefined || named === undefined || named === present) return;
  throw new CommandFailed(
    `${source} is deployed for the Lakebase instance ${named}, and ${app?.name ?? 'the app'} has ${present}: it could not log in. Give it ${named} back first, from a checkout of that release: npx lakescope deploy ${target.asOptions} --instance ${named}${target.isLocal ? '' : ' --no-cli'}`,
  );
}

function isOtherDatabase({ database }: DataPlace, next: DataPlace): boolean {
  return database !== undefined && next.database !== undefined && database !== next.database;
}

function branchIn(app: WithResources): string | undefined {
  return app?.resources?.find(({ postgres }) => postgres?.branch !== undefined)?.postgres?.branch;
}
