import { migrations } from '@lakescope/migrations';
import { openSchema, RestoreRefused, type BackupReport, type OpenSchema } from '@lakescope/server-persistence';
import type { CommandContext } from './command-context';
import { clientsFor, configOf, readEnvironment, trustExtraCertificates } from './developer-environment';
import { CommandFailed, EXIT, type ExitCode } from './exit-code';
import { schemaFailure } from './schema-failure';

export interface SchemaOptions {
  settings: string;
}

export interface RestoreOptions extends SchemaOptions {
  replace: boolean;
}

export function migrateUp(options: SchemaOptions, context: CommandContext): Promise<ExitCode> {
  return withSchema(options, context, async ({ migrator }) => {
    const { applied, schemaVersion } = await migrator.migrate();
    for (const name of applied) context.terminal.out(`applied ${name}`);
    context.terminal.out(`Migrations applied (${applied.length}); the schema is at ${schemaVersion ?? 'nothing'}.`);
    return EXIT.ok;
  });
}

/** One step, because each one can lose what the migration had made room for. */
export function migrateDown(options: SchemaOptions, context: CommandContext): Promise<ExitCode> {
  return withSchema(options, context, async ({ migrator }) => {
    const { schemaVersion } = await migrator.revertLast();
    context.terminal.out(`Took one migration back; the schema is at ${schemaVersion ?? 'nothing'}.`);
    return EXIT.ok;
  });
}

export function showMigrations(options: SchemaOptions, context: CommandContext): Promise<ExitCode> {
  return withSchema(options, context, async ({ migrator }) => {
    for (const { name, state } of await migrator.show()) context.terminal.out(`${state.padEnd(8)} ${name}`);
    return EXIT.ok;
  });
}

export function backUp(directory: string, options: SchemaOptions, context: CommandContext): Promise<ExitCode> {
  return withSchema(options, context, async ({ backup }) => {
    report('Saved', await backup.backup(directory), context);
    return EXIT.ok;
  });
}

export function restore(directory: string, options: RestoreOptions, context: CommandContext): Promise<ExitCode> {
  return withSchema(options, context, async ({ backup }) => {
    try {
      report('Restored', await backup.restore(directory, { replace: options.replace }), context);
    } catch (error) {
      if (!(error instanceof RestoreRefused && error.replaceHelps)) throw error;
      throw new CommandFailed(
        `${error.message} To drop what is there first, add --replace; \`backup\` saves it before.`,
        EXIT.failed,
        { cause: error },
      );
    }
    return EXIT.ok;
  });
}

function report(done: string, { tables, schemaVersion }: BackupReport, { terminal }: CommandContext): void {
  for (const { name, rows } of tables) terminal.out(`${String(rows).padStart(10)} rows  ${name}`);
  terminal.out(`${done} ${tables.length} tables, schema at ${schemaVersion ?? 'nothing'}.`);
}

/** Opens the schema the way the app does, and puts what goes wrong into one sentence. */
async function withSchema(
  { settings }: SchemaOptions,
  { shell, terminal }: CommandContext,
  work: (schema: OpenSchema) => Promise<ExitCode>,
): Promise<ExitCode> {
  const environment = await readEnvironment(settings, shell);
  await trustExtraCertificates(settings);
  const config = configOf(environment);
  const clients = clientsFor(config.databricks.host, environment);
  try {
    const { configured, host, port, database, instanceName, endpoint } = config.lakebase;
    if (configured) terminal.note(`${host}:${port}/${database} (${instanceName ?? endpoint ?? 'plain Postgres'})`);
    const schema = await openSchema(config.lakebase, clients, migrations);
    try {
      return await work(schema);
    } finally {
      await schema.close();
    }
  } catch (error) {
    throw schemaFailure(error);
  } finally {
    await clients.close();
  }
}
