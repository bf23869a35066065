import { DatabricksClients } from '@lakescope/databricks-client';
import { migrations } from '@lakescope/migrations';
import {
  AuthConfig,
  DatabricksConfig,
  IgnoredVariables,
  LakebaseConfig,
  SecretsConfig,
  type AppConfig,
} from '@lakescope/server-config';
import { LakebaseCredentials, SealRenewal } from '@lakescope/server-persistence';
import { Module } from '@nestjs/common';
import { Doctor, SET_UP, type RunningSetUp } from './doctor';
import { DoctorController } from './doctor.controller';

/** Whether everything the app needs is set up, and what to do where it is not. */
@Module({
  controllers: [DoctorController],
  providers: [
    Doctor,
    {
      provide: SET_UP,
      inject: [
        DatabricksConfig,
        LakebaseConfig,
        SecretsConfig,
        AuthConfig,
        IgnoredVariables,
        DatabricksClients,
        LakebaseCredentials,
        SealRenewal,
      ],
      useFactory: (
        databricks: DatabricksConfig,
        lakebase: LakebaseConfig,
        secrets: SecretsConfig,
        auth: AuthConfig,
        ignored: IgnoredVariables,
        clients: DatabricksClients,
        credentials: LakebaseCredentials,
        seals: SealRenewal,
      ): RunningSetUp => ({
        config: { databricks, lakebase, secrets, auth, warnings: ignored.sentences } satisfies Partial<AppConfig>,
        clients,
        credentials,
        seals,
        credential:
          databricks.clientId !== undefined && databricks.clientSecret !== undefined ? 'client_secret' : undefined,
        migrations: migrations.map(({ name }) => name),
        nodeVersion: process.versions.node,
        place: 'app',
        // The bundle names app and scope alike.
        secretScope: databricks.appName,
      }),
    },
  ],
})
export class DoctorModule {}
