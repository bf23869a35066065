import type { DatabricksClients } from '@lakescope/databricks-client';
import type { Advice } from './advice';
import type { Check } from './examination';
import { failed, ok, warning, type Finding } from './finding';
import { ONE_TRY } from './one-try';
import { platformFault } from './platform-fault';

export interface AppSubject {
  readonly clients: DatabricksClients;
  readonly hasOwnSecret: boolean;
  readonly adminGroups: readonly string[];
  readonly advice: Advice;
}

/** What the app needs beside a workspace and a database. */
export function appChecks({ clients, hasOwnSecret, adminGroups, advice }: AppSubject): Check[] {
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
    {
      id: 'admin_groups',
      title: 'There is a group of administrators',
      needs: ['app_credentials'],
      examine: (signal) => administrators({ clients, adminGroups, advice }, signal),
    },
  ];
}

async function administrators(
  { clients, adminGroups: names, advice }: Pick<AppSubject, 'clients' | 'adminGroups' | 'advice'>,
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
