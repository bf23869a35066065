import { delimiter, dirname } from 'node:path';
import type { AppEnvVar, AppResource } from '@lakescope/databricks-wire';
import type { Principal } from '../../identity/directory';
import type { StoredApp } from '../apps-document';
import type { ResourceValues } from '../resource-values';
import { DeploymentFailed } from './deployment-failed';

/** What a local run adds for the apps it starts. */
export interface AppSurroundings {
  /** Port of the Lakebase gateway on this machine; without one no app can have a database. */
  readonly databasePort?: number;
  /** Variables such as the authority of the local certificates. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface EnvironmentParts {
  readonly values: ResourceValues;
  readonly workspaceId: string;
  /** Where the workspace listens. */
  readonly url: () => string;
  readonly surroundings: () => AppSurroundings;
  /** Of this process: where programs are found. */
  readonly machine: Readonly<NodeJS.ProcessEnv>;
}

/** What a process needs of the machine to run at all, on any platform. */
const MACHINE = ['HOME', 'TMPDIR', 'SystemRoot', 'TEMP'];

/** An app's environment but for the port, which it gets when it is started. */
export type AppEnvironment = (port: number) => Record<string, string>;

/**
 * The whole environment of a deployed app: what Databricks Apps sets, by the same names, what its own files and the deployment
 * say, and what a local run adds. Nothing else of this process's comes along.
 */
export class AppEnvironments {
  constructor(private readonly parts: EnvironmentParts) {}

  /** `variables`: later ones win. Throws DeploymentFailed when one stands for something that is not there. */
  of(app: StoredApp, principal: Principal, url: string, variables: readonly AppEnvVar[]): AppEnvironment {
    const { values, workspaceId, surroundings } = this.parts;
    values.check(principal, app.resources);
    const own = variables.map(({ name = '', value, value_from: from }): [string, string] => [
      name,
      from === undefined ? (value ?? '') : values.resolve(principal, app.resources, from),
    ]);
    const { clientId, clientSecret } = app.servicePrincipal;
    const fixed: Record<string, string> = {
      ...this.machine(),
      DATABRICKS_HOST: this.parts.url(),
      DATABRICKS_WORKSPACE_ID: workspaceId,
      DATABRICKS_CLIENT_ID: clientId,
      DATABRICKS_CLIENT_SECRET: clientSecret,
      DATABRICKS_APP_NAME: app.name,
      DATABRICKS_APP_URL: url,
      ...this.database(app.name, clientId, app.resources),
      ...surroundings().environment,
    };
    // What the platform sets cannot be changed by an app.
    return (port) => ({ ...Object.fromEntries(own), ...fixed, ...portVariables(port) });
  }

  private database(name: string, user: string, resources: readonly AppResource[]): Record<string, string> {
    const database = this.parts.values.databaseOf(resources);
    if (database === undefined) return {};
    const { databasePort } = this.parts.surroundings();
    if (databasePort === undefined) {
      throw new DeploymentFailed(
        'The app has a database resource, but this local workspace was started without a database.',
      );
    }
    return {
      // By name only where every machine knows the name; the gateway tells databases apart by the credential, too.
      PGHOST: database.host === 'localhost' ? database.host : '127.0.0.1',
      PGPORT: String(databasePort),
      PGDATABASE: database.database,
      PGUSER: user,
      PGSSLMODE: 'require',
      PGAPPNAME: name,
    };
  }

  private machine(): Record<string, string> {
    const { machine } = this.parts;
    const found = MACHINE.flatMap((name): [string, string][] => {
      const value = machine[name];
      return value === undefined ? [] : [[name, value]];
    });
    // `node` is the one that runs this, whichever else the machine has.
    const path = [dirname(process.execPath), machine['PATH'] ?? ''].join(delimiter);
    return { ...Object.fromEntries(found), PATH: path };
  }
}

/** The port under every name that the platform tells it to common frameworks; on this machine only loopback is bound. */
function portVariables(port: number): Record<string, string> {
  const text = String(port);
  return {
    DATABRICKS_APP_PORT: text,
    PORT: text,
    UVICORN_HOST: '127.0.0.1',
    UVICORN_PORT: text,
    GRADIO_SERVER_NAME: '127.0.0.1',
    GRADIO_SERVER_PORT: text,
    STREAMLIT_SERVER_ADDRESS: '127.0.0.1',
    STREAMLIT_SERVER_PORT: text,
    STREAMLIT_SERVER_HEADLESS: 'true',
    FLASK_RUN_HOST: '127.0.0.1',
    FLASK_RUN_PORT: text,
  };
}
