import type { AppConfig } from '@lakescope/server-config';
import type { AppLogger } from '@lakescope/server-http';

/** First lines of the start: which variables are there, by name. Values stay where they are. */
export function logEnvironment(config: AppConfig, logger: AppLogger): void {
  const { variables } = config.lakebase;
  const status = Object.entries(variables).map(([name, state]) => `${name}=${state}`);
  logger.log({ msg: `Postgres environment: ${status.join(' ')}`, configured: config.lakebase.configured });
  logger.log({ msg: `Databricks environment: ${config.databricksVariables.join(' ')}` });
  for (const warning of config.warnings) logger.warn({ msg: warning });
}
