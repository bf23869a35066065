import { PlatformError, type DatabricksClients } from '@lakescope/databricks-client';
import type { SealCount, SealRenewal } from '@lakescope/server-persistence';
import type { Advice } from './advice';
import type { Check } from './examination';
import { failed, ok, skipped, warning, type Finding } from './finding';
import { ONE_TRY } from './one-try';
import { platformFault } from './platform-fault';

export interface AppSubject {
  readonly clients: DatabricksClients;
  readonly hasOwnSecret: boolean;
  /** With which secret what is stored is sealed: known to the app alone. */
  readonly seals?: Pick<SealRenewal, 'count'>;
  readonly adminGroups: readonly string[];
  readonly appName: string;
  /** Scopes of a user's token that the features need. */
  readonly neededScopes: readonly string[];
  readonly advice: Advice;
}

/** What the app needs beside a workspace and a database. */
export function appChecks(subject: AppSubject): Check[] {
  const { hasOwnSecret, seals, advice } = subject;
  return [
    {
      id: 'app_secret',
      title: 'The app has a secret of its own',
      examine: () =>
        hasOwnSecret
          ? ok('LAKESCOPE_SECRET is set and long enough.')
          : warning(
              'LAKESCOPE_SECRET is not set: cursors are signed with a key made from the client secret, and connections cannot be stored.',
              advice.makeSecret,
            ),
    },
    ...(seals === undefined
      ? []
      : [
          {
            id: 'sealed_texts',
            title: 'What is stored sealed is sealed with the present secret',
            needs: ['schema'],
            examine: async () => judgeSeals(await seals.count(), hasOwnSecret, advice),
          },
        ]),
    {
      id: 'admin_groups',
      title: 'There is a group of administrators',
      needs: ['app_credentials'],
      examine: (signal) => administrators(subject, signal),
    },
    {
      id: 'user_api_scopes',
      title: 'The app has the scopes its features need',
      needs: ['app_credentials'],
      examine: (signal) => scopes(subject, signal),
    },
  ];
}

/** Tells somebody who rotates LAKESCOPE_SECRET whether the one before may go. */
function judgeSeals(counts: readonly SealCount[], hasOwnSecret: boolean, advice: Advice): Finding {
  const told = (state: 'previous' | 'unreadable'): string =>
    counts
      .filter((count) => count[state] > 0)
      .map((count) => `${count[state]} ${count.what}`)
      .join(', ');
  const [previous, unreadable] = [told('previous'), told('unreadable')];
  if (unreadable !== '') {
    return warning(`No secret that is set opens ${unreadable}.`, hasOwnSecret ? advice.findSecret : advice.makeSecret);
  }
  if (previous !== '') {
    return warning(
      `LAKESCOPE_SECRET_PREVIOUS must stay: with it are sealed ${previous}.`,
      'Wait for some seconds and look again: they are sealed anew after the start, and then every hour.',
    );
  }
  return ok(
    `Nothing needs LAKESCOPE_SECRET_PREVIOUS: ${counts.reduce((sum, { present }) => sum + present, 0)} texts are sealed with LAKESCOPE_SECRET.`,
  );
}

async function administrators(
  { clients, adminGroups: names, advice }: AppSubject,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    const { groups } = clients.asApp();
    const found = await Promise.all(names.map((name) => groups.findByName(name, { signal, retry: ONE_TRY })));
    const there = names.filter((_, index) => found[index] !== undefined);
    return there.length > 0
      ? ok(`Administrators are the members of ${there.join(', ')}.`)
      : failed(
          `None of ${names.join(', ')} is a group of this workspace, so nobody is an administrator.`,
          advice.nameAdminGroups,
        );
  } catch (error) {
    return warning(`The groups of the workspace could not be looked at: ${platformFault(error)}.`);
  }
}

/** Older names that the platform still honours. */
const ALSO_NAMED: Readonly<Record<string, string>> = { files: 'files.files' };

async function scopes({ clients, appName, neededScopes, advice }: AppSubject, signal: AbortSignal): Promise<Finding> {
  try {
    const app = await clients.asApp().apps.get(appName, { signal, retry: ONE_TRY });
    const granted = app.effective_user_api_scopes ?? app.user_api_scopes ?? [];
    const missing = neededScopes.filter(
      (scope) => !granted.includes(scope) && !granted.includes(ALSO_NAMED[scope] ?? scope),
    );
    return missing.length === 0
      ? ok(`${appName} has ${neededScopes.join(', ')}.`)
      : failed(
          `${appName} lacks ${missing.join(', ')}: what needs it is refused to everybody.`,
          advice.addScopes(missing),
        );
  } catch (error) {
    const isMissing = error instanceof PlatformError && error.kind === 'not_found';
    return isMissing
      ? skipped(`There is no app ${appName} in this workspace yet.`, advice.nameApp)
      : warning(`What ${appName} was granted could not be looked at: ${platformFault(error)}.`);
  }
}
