import { readFileSync, readdirSync } from 'node:fs';
import type { DatabricksClients } from '@lakescope/databricks-client';
import type { SystemCaller, UserCaller } from '@lakescope/server-http';
import type { Database } from '@lakescope/server-persistence';

type Takes<Door extends (who: never, ...rest: never[]) => unknown, Who> = Who extends Parameters<Door>[0]
  ? true
  : false;

/** Everything that acts as the app itself, reviewed line by line: whatever else wants to must ask as the user. */
const ACTS_AS_APP = [
  'libs/server/auth/src/scopes/scope-preflight.ts',
  'libs/server/doctor/src/app-checks.ts',
  'libs/server/doctor/src/lakebase-checks.ts',
  'libs/server/doctor/src/workspace-checks.ts',
  'libs/server/persistence/src/lakebase-credentials.ts',
];

describe('as whom something is done', () => {
  it('is a person only where a person is at hand: these lines compile', () => {
    const personAtThePlatform: Takes<DatabricksClients['asUser'], UserCaller> = true;
    const systemAtThePlatform: Takes<DatabricksClients['asUser'], SystemCaller> = false;
    const personInTheDatabase: Takes<Database['asUser'], UserCaller> = true;
    const systemInTheDatabase: Takes<Database['asUser'], SystemCaller> = false;

    expect([personAtThePlatform, personInTheDatabase]).toEqual([true, true]);
    expect([systemAtThePlatform, systemInTheDatabase]).toEqual([false, false]);
  });

  it('is the app only where the list says so', () => {
    expect(filesWith('.asApp()').sort()).toEqual(ACTS_AS_APP);
  });
});

function filesWith(text: string): string[] {
  return ['libs/server', 'apps/api/src'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file}`)
      .filter((file) => /(?<!spec)\.ts$/.test(file) && readFileSync(file, 'utf8').includes(text)),
  );
}
