import { Secret } from '@lakescope/databricks-client';
import { AuditEntry } from '@lakescope/server-audit';
import { ConfigModule } from '@lakescope/server-config';
import { HttpLimits, HttpModule, ProblemFilter, Product, UserCaller, strictValidation } from '@lakescope/server-http';
import { DatabaseStartup, PersistenceModule, UserOwnedTables } from '@lakescope/server-persistence';
import { HttpApp, type LocalStack } from '@lakescope/server-testing';
import { migrations } from '@lakescope/migrations';
import { AdminModule } from '../admin.module';

export interface AdminAppOptions {
  env?: Readonly<Record<string, string | undefined>>;
  /** False for a server that is never to reach its database. */
  connects?: boolean;
}

/** The admin module behind a real port, with preferences as a second table of people's own; everybody is let in, because who may is decided elsewhere. */
export async function startAdminApp(
  stack: LocalStack,
  { env, connects = true }: AdminAppOptions = {},
): Promise<HttpApp> {
  const app = await HttpApp.start({
    imports: [
      ConfigModule.with(stack.config(env)),
      HttpModule.with(new Product('1.2.3')),
      PersistenceModule.with([AuditEntry], migrations),
      AdminModule,
    ],
    identify: (userId, token) =>
      new UserCaller({ userId, displayName: userId, active: true, emails: [], groups: [] }, new Secret(token)),
    configure: (nest) => {
      nest.useGlobalPipes(strictValidation());
      nest.useGlobalFilters(new ProblemFilter(new HttpLimits(), undefined));
    },
  });
  app.nest.get(UserOwnedTables).register({
    name: 'user_preferences',
    userColumn: 'user_id',
    activityColumn: 'last_used_at',
    exportColumns: ['preference_key', 'preference_value'],
    onErase: 'delete',
  });
  if (connects) await app.nest.get(DatabaseStartup).run();
  return app;
}
