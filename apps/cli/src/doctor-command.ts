import { join } from 'node:path';
import { migrations } from '@lakescope/migrations';
import { InvalidEnvironment, type AppConfig, type Environment } from '@lakescope/server-config';
import { checksOf, examine, isMissingDatabase, type DoctorReport } from '@lakescope/server-doctor';
import { LakebaseCredentials, PoolHistory } from '@lakescope/server-persistence';
import { readBundleTarget, type BundleTarget, type Target } from './bundle';
import type { CommandContext } from './command-context';
import {
  clientsFor,
  configOf,
  credentialOf,
  readEnvironment,
  readSettings,
  trustExtraCertificates,
} from './developer-environment';
import { EnvFile } from './env-file';
import { CommandFailed, EXIT, type ExitCode } from './exit-code';
import { reportText } from './report-text';
import { settingsName } from './settings-name';
import { proposeSettings, type Proposal, type Wishes } from './set-up-database';
import { unusableEnvironment } from './unusable-environment';

export interface DoctorOptions extends Wishes {
  checkOnly: boolean;
  dryRun: boolean;
  json: boolean;
  target: Target;
  settings: string;
}

interface Outcome {
  readonly proposal: Proposal | undefined;
  readonly report: DoctorReport;
}

/** Sets the database up in `.env.local` where it has to, and says of everything the app needs whether it is there. */
export async function doctor(options: DoctorOptions, context: CommandContext): Promise<ExitCode> {
  const bundle = await readBundleTarget(join(context.root, 'databricks.yml'), options.target);
  const { shell } = context;
  await trustExtraCertificates(options.settings);
  const proposal = options.checkOnly ? undefined : await setUp(options, bundle, context);
  // What a dry run would write is examined as if it had been written.
  const dry = options.dryRun ? changed(proposal) : {};
  const report = await check({ ...(await readEnvironment(options.settings, shell)), ...dry }, bundle, options, context);
  print({ proposal, report }, options, context);
  return report.ready ? EXIT.ok : EXIT.failed;
}

async function setUp(options: DoctorOptions, bundle: BundleTarget, context: CommandContext): Promise<Proposal> {
  const { terminal, shell, root } = context;
  if (terminal.questions === undefined && !options.yes && !options.dryRun) {
    throw new CommandFailed(
      'Nobody can be asked here, because the input is no terminal. Use --check-only to look only, --dry-run to see what would be written, or --yes to write it.',
      EXIT.usage,
    );
  }
  if (!options.dryRun) await createFromExample(options.settings, join(root, '.env.example'), context);
  const environment = await readEnvironment(options.settings, shell);
  const settings = settingsName(options.settings);
  const proposal = await proposeSettings(
    { environment, file: await readSettings(options.settings), bundle, settings },
    options,
    terminal,
  );
  terminal.note(proposalText(proposal, options));
  if (options.dryRun || proposal.changes.length === 0) return proposal;
  await refuseMissingDatabase({ ...environment, ...changed(proposal) }, proposal);
  const agreed = options.yes || (await terminal.questions?.yes(`Write this to ${settings}?`)) === true;
  if (!agreed) throw new CommandFailed('No setting was changed.');
  const file = (await EnvFile.read(options.settings)) ?? EnvFile.empty;
  await file.with(changed(proposal)).write(options.settings);
  return proposal;
}

/** The example explains every variable, so the file starts as a copy of it. Left alone when it is there. */
async function createFromExample(settings: string, example: string, { terminal }: CommandContext): Promise<void> {
  if ((await EnvFile.read(settings)) !== undefined) return;
  await ((await EnvFile.read(example)) ?? EnvFile.empty).write(settings);
  terminal.note(`${settingsName(settings)} was made from .env.example.`);
}

/** A name that somebody mistyped is not written. Everything else that is wrong can be repaired later, with these settings. */
async function refuseMissingDatabase(environment: Environment, { database }: Proposal): Promise<void> {
  const config = usableConfig(environment);
  // The report will say why.
  if (config instanceof InvalidEnvironment) return;
  const clients = clientsFor(config.databricks.host, environment);
  const credentials = new LakebaseCredentials(config.lakebase, clients, new PoolHistory());
  try {
    if (await isMissingDatabase(config.lakebase, credentials)) {
      throw new CommandFailed(
        `There is no database ${database.name} in ${database.resource}. No setting was changed: name another one by --database, or create it.`,
      );
    }
  } finally {
    credentials.onApplicationShutdown();
    await clients.close();
  }
}

function usableConfig(environment: Environment): AppConfig | InvalidEnvironment {
  try {
    return configOf(environment);
  } catch (error) {
    if (error instanceof CommandFailed && error.cause instanceof InvalidEnvironment) return error.cause;
    throw error;
  }
}

async function check(
  environment: Environment,
  bundle: BundleTarget,
  { settings }: DoctorOptions,
  { shell }: CommandContext,
): Promise<DoctorReport> {
  const config = usableConfig({ DATABRICKS_APP_NAME: bundle.appName, ...environment });
  if (config instanceof InvalidEnvironment) return unusableEnvironment(config.problems, settings, shell);
  const clients = clientsFor(config.databricks.host, environment);
  const credentials = new LakebaseCredentials(config.lakebase, clients, new PoolHistory());
  try {
    return await examine(
      checksOf({
        config,
        clients,
        credentials,
        credential: credentialOf(environment),
        migrations: migrations.map(({ name }) => name),
        nodeVersion: process.versions.node,
        neededScopes: bundle.scopes,
        place: 'laptop',
        secretScope: bundle.secretScope,
        settings: settingsName(settings),
      }),
    );
  } finally {
    credentials.onApplicationShutdown();
    await clients.close();
  }
}

function changed(proposal: Proposal | undefined): Record<string, string> {
  return Object.fromEntries((proposal?.changes ?? []).map(({ name, value }) => [name, value]));
}

function proposalText({ database, changes }: Proposal, options: DoctorOptions): string {
  const { dryRun } = options;
  const settings = settingsName(options.settings);
  const rows = [
    ['host', database.host],
    ['port', database.port],
    ['database', database.name],
    [database.kind === 'provisioned' ? 'instance' : 'endpoint', database.resource],
    ['user', database.user],
  ];
  const lines = changes.map(({ name, value, secret }) => `  ${name}=${secret ? '(not shown)' : value}`);
  const heading =
    lines.length === 0
      ? `${settings} says all of this already.`
      : `${dryRun ? 'Would write' : 'To write'} to ${settings}:`;
  return [...rows.map(([label = '', value = '']) => `  ${label.padEnd(9)} ${value}`), heading, ...lines].join('\n');
}

function print({ proposal, report }: Outcome, options: DoctorOptions, { terminal }: CommandContext): void {
  if (!options.json) {
    terminal.out(reportText(report));
    return;
  }
  const { database, changes } = proposal ?? {};
  terminal.out(
    JSON.stringify(
      {
        ready: report.ready,
        target: options.target,
        settings_file: options.settings,
        database: database ?? null,
        // Names only: a value may be a secret.
        changes: (changes ?? []).map(({ name }) => name),
        written: proposal !== undefined && !options.dryRun && proposal.changes.length > 0,
        items: report.items.map(({ id, title, state, detail, fix }) => ({
          id,
          title,
          state,
          detail,
          fix: fix ?? null,
        })),
        checked_at: report.checkedAt.toISOString(),
      },
      undefined,
      2,
    ),
  );
}
