import { migrations } from '@lakescope/migrations';
import { aggregationOn } from '@lakescope/server-metrics';
import { openSchema, RestoreRefused, type BackupReport, type OpenSchema } from '@lakescope/server-persistence';
import type { CommandContext } from './command-context';
import { clientsFor, configOf, readEnvironment, trustExtraCertificates } from './developer-environment';
import { EnvFile, hasCode } from './env-file';
import { CommandFailed, EXIT, type ExitCode } from './exit-code';
import { INSUFFICIENT_PRIVILEGE, refusedRole, schemaFailure } from './schema-failure';
import { settingsName, usualSettings } from './settings-name';

export interface SchemaOptions {
  settings: string;
}

export interface RevertOptions extends SchemaOptions {
  /** Take it back without asking. */
  yes: boolean;
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

/** One step, and only after a yes, because each one loses what the migration had made room for. */
export function migrateDown(options: RevertOptions, context: CommandContext): Promise<ExitCode> {
  const { terminal } = context;
  if (terminal.questions === undefined && !options.yes) {
    throw new CommandFailed(
      'Taking a migration back deletes what it made, with its rows, and nobody can be asked here, because the input is no terminal. Use --yes to do it.',
      EXIT.usage,
    );
  }
  return withSchema(options, context, async ({ migrator }) => {
    const last = (await migrator.show()).findLast(({ state }) => state !== 'pending');
    if (last === undefined) {
      terminal.out('No migration is applied: there is nothing to take back.');
      return EXIT.ok;
    }
    // One of a newer release is refused below.
    const isAgreed =
      options.yes ||
      last.state === 'unknown' ||
      (await terminal.questions?.yes(`Take ${last.name} back, and delete what it made, with its rows?`, false)) ===
        true;
    if (!isAgreed) throw new CommandFailed('Nothing was taken back.');
    const { reverted, schemaVersion } = await migrator.revertLast();
    terminal.out(`Took ${reverted ?? 'nothing'} back; the schema is at ${schemaVersion ?? 'nothing'}.`);
    return EXIT.ok;
  });
}

export function showMigrations(options: SchemaOptions, context: CommandContext): Promise<ExitCode> {
  return withSchema(options, context, async ({ migrator }) => {
    for (const { name, state } of await migrator.show()) context.terminal.out(`${state.padEnd(8)} ${name}`);
    return EXIT.ok;
  });
}

/**
 * What the app does by itself every half minute. Ends with 2 when its books are wrong: raw metrics that cannot be let go, or that no
 * partition takes.
 */
export function aggregateMetrics(options: SchemaOptions, { terminal, ...context }: CommandContext): Promise<ExitCode> {
  return withSchema(options, { terminal, ...context }, async ({ system }) => {
    const { rollUp, partitions, retention, tookMs } = await aggregationOn(system).run();
    for (const name of partitions.created) terminal.out(`made ${name}`);
    for (const name of retention.dropped) terminal.out(`let go of ${name}`);
    for (const { partition, reason } of retention.kept) terminal.note(`${partition} stays: ${reason}`);
    for (const [kind, rows] of Object.entries(partitions.inDefault)) {
      if (rows > 0) terminal.note(`${rows} rows of ${kind} metrics lie in the default partition`);
    }
    const said = { done: 'Rolled up', unfinished: 'Time is up after', skipped: 'The app is at it itself:' }[
      rollUp.status
    ];
    terminal.out(`${said} ${rollUp.buckets} buckets in ${tookMs} ms.`);
    const isWrong =
      retention.kept.some(({ alarm }) => alarm) || Object.values(partitions.inDefault).some((rows) => rows > 0);
    return isWrong ? EXIT.wrong : EXIT.ok;
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
  { root, shell, terminal }: CommandContext,
  work: (schema: OpenSchema) => Promise<ExitCode>,
): Promise<ExitCode> {
  await refuseMissingFile(settings, root);
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
    } catch (error) {
      if (!hasCode(error, INSUFFICIENT_PRIVILEGE)) throw error;
      throw refusedRole(await schema.access(), settings, error);
    } finally {
      await schema.close();
    }
  } catch (error) {
    throw schemaFailure(error, settings);
  } finally {
    await clients.close();
  }
}

/** The shell alone may say everything; a file that is named and is not there is a slip, and the shell could speak of another database. */
async function refuseMissingFile(settings: string, root: string): Promise<void> {
  if (settings === usualSettings(root) || (await EnvFile.read(settings)) !== undefined) return;
  throw new CommandFailed(`There is no settings file ${settingsName(settings)}.`, EXIT.usage);
}
