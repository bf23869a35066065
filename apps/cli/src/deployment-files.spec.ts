import { readFileSync } from 'node:fs';
import { AS_WHOM } from '@lakescope/server-auth';
import { Env } from '@lakescope/server-config';
import { getMetadataStorage } from 'class-validator';
import { parse } from 'yaml';
import { readBundleTarget } from './bundle';

interface EnvEntry {
  name: string;
  value?: string;
  valueFrom?: string;
  value_from?: string;
}

interface Bundle {
  variables: Record<string, { default?: string; description?: string }>;
  targets: Record<string, unknown>;
  resources: {
    apps: {
      lakescope: {
        name: string;
        source_code_path: string;
        config: { command: string[]; env: EnvEntry[] };
        user_api_scopes: string[];
        resources: ({ name: string } & Record<string, unknown>)[];
        permissions: { level: string }[];
      };
    };
    database_instances: Record<string, { name: string; capacity: string }>;
    jobs: Record<
      string,
      {
        schedule: { quartz_cron_expression: string; timezone_id: string };
        run_as: { service_principal_name: string };
        tasks: { environment_key: string; spark_python_task: { python_file: string; parameters: string[] } }[];
        environments: { environment_key: string }[];
      }
    >;
  };
}

const appText = readFileSync('app.yaml', 'utf8');
const bundleText = readFileSync('databricks.yml', 'utf8');
const app = parse(appText) as { command: string[]; env: EnvEntry[] };
const bundle = parse(bundleText) as Bundle;
const { lakescope } = bundle.resources.apps;

/** Every variable the server reads: all of them have a rule. */
const known = new Set(
  getMetadataStorage()
    .getTargetValidationMetadatas(Env, '', true, false)
    .map(({ propertyName }) => propertyName),
);

describe('app.yaml', () => {
  it('starts the built API directly', () => {
    expect(app.command).toEqual([
      'node',
      expect.stringMatching(/^--max-semi-space-size=\d+$/),
      'dist/apps/api/main.js',
    ]);
  });

  it('sets only variables the server reads', () => {
    expect(app.env.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
  });

  it('holds no secret and nothing the platform sets by itself', () => {
    const ofResource = 'DATABRICKS_WAREHOUSE_ID';
    const platform = app.env.filter(({ name }) => /^(DATABRICKS_|PG)/.test(name) && name !== ofResource);

    expect(platform).toEqual([]);
    expect(app.env.find(({ name }) => name === 'LAKESCOPE_SECRET')).toEqual({
      name: 'LAKESCOPE_SECRET',
      valueFrom: 'app-secret',
    });
  });

  it('takes by valueFrom only what the app has as a resource', () => {
    const resources = lakescope.resources.map(({ name }) => name);
    const taken = app.env.flatMap(({ valueFrom }) => valueFrom ?? []);

    expect(taken).not.toEqual([]);
    expect(taken.filter((name) => !resources.includes(name))).toEqual([]);
  });

  it('names the instance by a plain value: a database resource resolves to its host', () => {
    const instance = app.env.find(({ name }) => name === 'LAKEBASE_INSTANCE_NAME');

    expect(instance).toEqual({ name: 'LAKEBASE_INSTANCE_NAME', value: expect.any(String) });
  });
});

describe('.env.example', () => {
  const lines = readFileSync('.env.example', 'utf8').split('\n');
  const names = lines.filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.replace(/=$/, ''));

  it('has every variable the server reads, once and without a value', () => {
    expect([...known].filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => !/^[A-Z][A-Z0-9_]+$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has besides only what belongs to the developer', () => {
    expect(names.filter((name) => !known.has(name))).toEqual([
      'DATABRICKS_TOKEN',
      'DATABRICKS_CONFIG_PROFILE',
      'NODE_EXTRA_CA_CERTS',
    ]);
  });
});

describe('databricks.yml', () => {
  it('configures the app as app.yaml does', () => {
    const { command, env } = lakescope.config;

    expect(command).toEqual(app.command);
    expect(env.map(({ name, value_from }) => [name, value_from])).toEqual(
      app.env.map(({ name, valueFrom }) => [name, valueFrom]),
    );
  });

  it('gives the app a database it may create in, a SQL warehouse to use, and its secret to read', () => {
    expect(lakescope.resources).toMatchObject([
      { name: 'database', database: { permission: 'CAN_CONNECT_AND_CREATE' } },
      { name: 'sql-warehouse', sql_warehouse: { id: '${var.warehouse_id}', permission: 'CAN_USE' } },
      { name: 'app-secret', secret: { key: 'app-secret', permission: 'READ' } },
    ]);
    expect(bundle.resources.database_instances['lakebase']?.capacity).toBe('${var.lakebase_capacity}');
  });

  it('rolls metrics up every night as the app itself, by a file that is uploaded', () => {
    const { schedule, run_as, tasks, environments } = bundle.resources.jobs['metrics_aggregation_job'] ?? fail();
    const stage = readFileSync('tools/deploy/stage.mjs', 'utf8');
    const task = tasks[0]?.spark_python_task;

    expect(schedule).toEqual({ quartz_cron_expression: '0 0 2 * * ?', timezone_id: 'UTC' });
    expect(run_as).toEqual({ service_principal_name: '${resources.apps.lakescope.service_principal_client_id}' });
    expect(task?.parameters).toEqual(['--app-url', '${resources.apps.lakescope.url}']);
    expect(stage).toContain(`copy('${task?.python_file.replace('./dist/staged/', '')}')`);
    expect(tasks.map(({ environment_key }) => environment_key)).toEqual(environments.map((one) => one.environment_key));
  });

  it('lets people use the app and nobody manage it by default', () => {
    expect(lakescope.permissions.map(({ level }) => level)).toEqual(['CAN_USE']);
  });

  it("asks for the scopes that calls in a user's name need, and for no other", () => {
    const needed = Object.values(AS_WHOM)
      .flatMap(({ calls }) => calls)
      .flatMap(({ as, scope }) => (as === 'user' && scope !== undefined ? [scope] : []));

    // An app can ask for no scope of MLflow: where a person's token has it, the schema of a model is found in one more place.
    const offered = needed.filter((scope) => scope !== 'mlflow');

    expect([...lakescope.user_api_scopes].sort()).toEqual([...new Set(offered)].sort());
  });

  it('says of each scope which feature it serves', () => {
    const lines = bundleText.split('\n');

    for (const scope of lakescope.user_api_scopes) {
      expect(lines.find((line) => line.includes(`- ${scope}`))).toMatch(/# \w+/);
    }
  });

  it('declares every variable it uses, and says what it is', () => {
    const used = [...bundleText.matchAll(/\$\{var\.([\w.]+)\}/g)].map(([, name]) => name ?? '');

    expect(used.filter((name) => bundle.variables[name]?.description === undefined)).toEqual([]);
    expect(Object.keys(bundle.variables).filter((name) => !used.includes(name))).toEqual([]);
  });

  it('has two targets that share no name, so that both can live in one workspace', async () => {
    const [dev, prod] = await Promise.all([
      readBundleTarget('databricks.yml', 'dev'),
      readBundleTarget('databricks.yml', 'prod'),
    ]);

    expect(Object.keys(bundle.targets)).toEqual(['dev', 'prod']);
    expect(dev).toEqual({
      target: 'dev',
      appName: 'lakescope-dev',
      instanceName: 'lakescope-dev',
      database: 'databricks_postgres',
      secretScope: 'lakescope-dev',
      secretKey: 'app-secret',
      scopes: lakescope.user_api_scopes,
    });
    expect([dev.appName, dev.instanceName, dev.secretScope]).not.toEqual(
      expect.arrayContaining([prod.appName, prod.instanceName, prod.secretScope]),
    );
  });

  it('uploads to no place where everybody may write', () => {
    expect(bundleText.match(/root_path: \/Workspace\/(\w+)/)?.[1]).toBe('Users');
  });

  it('uploads the staged folder and nothing else', () => {
    const { sync } = parse(bundleText) as { sync: { paths: string[]; include: string[] } };

    expect({ source: lakescope.source_code_path, sync }).toEqual({
      source: './dist/staged',
      sync: { paths: ['./dist/staged'], include: ['dist/staged/**'] },
    });
  });

  it('has names the platform takes for an app: lower case, digits and hyphens', async () => {
    const { appName } = await readBundleTarget('databricks.yml', 'prod');

    expect(appName).toMatch(/^[a-z0-9-]{2,30}$/);
  });

  it('has no target that nobody declared', async () => {
    await expect(readBundleTarget('databricks.yml', 'staging')).rejects.toMatchObject({
      message: 'databricks.yml has no target staging: it has dev, prod.',
      exitCode: 1,
    });
  });
});

function fail(): never {
  throw new Error('The bundle has no such job');
}
