import { type DatabaseCredentialDto } from '@lakescope/web-api';

/** What people call the ways to a database password. */
export const CREDENTIAL_KINDS: Readonly<Record<NonNullable<DatabaseCredentialDto['kind']>, string>> = {
  provisioned: $localize`Lakebase Provisioned`,
  autoscaling: $localize`Lakebase Autoscaling`,
  password: $localize`Fixed password (PGPASSWORD)`,
};
