import { inspect } from 'node:util';
import { InvalidEnvironment, loadConfig } from './load-config';

const HOST = { DATABRICKS_HOST: 'example.cloud.databricks.com' };

describe('the configuration', () => {
  it('has the defaults of the platform', () => {
    const config = loadConfig(HOST);

    expect(config.http).toMatchObject({ port: 8000, bindAddress: '0.0.0.0' });
    expect(config.databricks.host.href).toBe('https://example.cloud.databricks.com/');
    expect(config.lakebase).toMatchObject({ configured: false, port: 5432, sslMode: 'require' });
    expect(config.log).toMatchObject({ level: 'info', userIds: 'plain' });
  });

  it('tells every problem at once, each with the name of its variable', () => {
    const broken = { DATABRICKS_APP_PORT: 'eight', PGPORT: '0', LOG_LEVEL: 'loud', LAKESCOPE_SECRET: 'short' };

    const problems = problemsOf(broken);

    for (const name of ['DATABRICKS_HOST', ...Object.keys(broken)]) {
      expect(problems.filter((problem) => problem.includes(name)).length).toBeGreaterThan(0);
    }
  });

  it.each(['http://example.com', 'https://user:pw@example.com', 'no host'])('refuses the workspace %s', (host) => {
    expect(problemsOf({ DATABRICKS_HOST: host })).toEqual([expect.stringContaining('DATABRICKS_HOST')]);
  });

  it('takes the database from either set of names, in the documented order', () => {
    const both = loadConfig({
      ...HOST,
      PGHOST: 'pg',
      LAKEBASE_HOST: 'lb',
      LAKEBASE_DATABASE_NAME: 'two',
      PGDATABASE: 'three',
    });
    const own = loadConfig({
      ...HOST,
      LAKEBASE_HOST: 'lb',
      LAKEBASE_DATABASE: 'one',
      LAKEBASE_PORT: '5433',
      PGDATABASE: 'three',
    });

    expect(both.lakebase).toMatchObject({ configured: true, host: 'pg', database: 'two', port: 5432 });
    expect(own.lakebase).toMatchObject({ configured: true, host: 'lb', database: 'one', port: 5433 });
  });

  it('takes the default schema from either name, its own first', () => {
    const [own, other] = [{ LAKESCOPE_UC_SCHEMA: 'demo.lake' }, { AGENT_BUILDER_UC_SCHEMA: 'main.agents' }];

    expect(loadConfig({ ...HOST, ...own, ...other }).unityCatalog.defaultSchema).toBe('demo.lake');
    expect(loadConfig({ ...HOST, ...other }).unityCatalog.defaultSchema).toBe('main.agents');
    expect(loadConfig(HOST).unityCatalog.defaultSchema).toBeUndefined();
  });

  it.each(['demo', 'demo.', '.lake', 'demo.a/b', 'demo...', 'demo.%2E%2e', 'de mo.lake'])(
    'refuses the default schema %s',
    (schema) => {
      expect(problemsOf({ ...HOST, LAKESCOPE_UC_SCHEMA: schema })).toEqual([
        'LAKESCOPE_UC_SCHEMA must look like catalog.schema',
      ]);
    },
  );

  it('takes an empty variable for none', () => {
    expect(loadConfig({ ...HOST, PGHOST: '', DATABRICKS_APP_PORT: ' ' })).toMatchObject({
      http: { port: 8000 },
      lakebase: { configured: false },
    });
  });

  it('refuses both kinds of Lakebase at once', () => {
    const both = { ...HOST, LAKEBASE_INSTANCE_NAME: 'a', LAKEBASE_ENDPOINT: 'projects/p/branches/b/endpoints/e' };

    expect(problemsOf(both)).toEqual([expect.stringContaining('LAKEBASE_ENDPOINT')]);
  });

  it('warns of what it ignores', () => {
    const { warnings } = loadConfig({ ...HOST, DATABASE_URL: 'postgres://a:b@c/d', DATABRICKS_TOKEN: 'dapi123' });

    expect(warnings).toEqual([expect.stringContaining('DATABASE_URL'), expect.stringContaining('DATABRICKS_TOKEN')]);
    expect(warnings.join()).not.toContain('dapi123');
  });

  it('shows no secret however it is printed', () => {
    const secrets = {
      DATABRICKS_CLIENT_SECRET: 'client-hush',
      PGPASSWORD: 'pg-hush',
      LAKESCOPE_SECRET: 'own-hush-own-hush-own-hush-own-hush',
    };
    const config = loadConfig({ ...HOST, ...secrets });

    const printed = inspect(config, { depth: 10 }) + JSON.stringify(config);

    for (const value of Object.values(secrets)) expect(printed).not.toContain(value);
    expect(config.lakebase.variables).toMatchObject({ PGPASSWORD: 'len:7', PGHOST: 'unset' });
  });

  it('sends metrics nowhere, or to a collector with what it wants to see', () => {
    const { otlp } = loadConfig({
      ...HOST,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/otlp',
      OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=a%2Cb=c, tenant = x ',
    });

    expect(loadConfig(HOST).otlp.endpoint).toBeUndefined();
    expect(otlp.endpoint?.href).toBe('http://collector:4318/otlp');
    expect([...otlp.headers].map(([name, value]) => [name, value.reveal()])).toEqual([
      ['api-key', 'a,b=c'],
      ['tenant', 'x'],
    ]);
    expect(inspect(otlp, { depth: 5 })).not.toContain('a,b=c');
  });

  it.each(['collector:4318', 'ftp://collector', 'https://user:pw@collector', 'file:///etc/passwd'])(
    'refuses to send metrics to %s',
    (endpoint) => {
      expect(problemsOf({ ...HOST, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toEqual([
        expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT'),
      ]);
    },
  );

  it('makes an S3 connection of the usual variables, for those who are named', () => {
    const { s3 } = loadConfig({
      ...HOST,
      AWS_ACCESS_KEY_ID: 'AKIDHUSH',
      AWS_SECRET_ACCESS_KEY: 'hush-hush',
      AWS_SESSION_TOKEN: 'token-hush',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL: 'https://storage.example',
      LAKESCOPE_S3_ENDPOINTS: 'minio.example:9000, http://*.plain.example',
      LAKESCOPE_S3_DEFAULT_USERS: 'ana@example.com, data engineers',
    });

    expect(s3.defaultKeys?.secretAccessKey.reveal()).toBe('hush-hush');
    expect(inspect(s3, { depth: 5 }) + JSON.stringify(s3)).not.toMatch(/hush/i);
    expect([s3.defaultEndpoint?.origin, s3.defaultRegion]).toEqual(['https://storage.example', 'eu-central-1']);
    expect(s3.endpoints).toEqual(['minio.example:9000', 'http://*.plain.example']);
    expect(s3.defaultUsers).toEqual(['ana@example.com', 'data engineers']);
    expect(loadConfig(HOST).s3).toMatchObject({ endpoints: [], defaultKeys: undefined, defaultRegion: 'us-east-1' });
  });

  it.each([
    [{ AWS_ACCESS_KEY_ID: 'AKID' }, 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together'],
    [{ AWS_SECRET_ACCESS_KEY: 'hush' }, 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together'],
    [{ AWS_ENDPOINT_URL_S3: 'minio:9000' }, 'AWS_ENDPOINT_URL_S3 must be'],
    [{ AWS_DEFAULT_REGION: 'Frankfurt (main)' }, 'AWS_DEFAULT_REGION must be'],
    [{ LAKESCOPE_S3_ENDPOINTS: 'minio/path' }, 'LAKESCOPE_S3_ENDPOINTS must be'],
    [{ LAKESCOPE_S3_ENDPOINTS: '*' }, 'LAKESCOPE_S3_ENDPOINTS must be'],
    [{ LAKESCOPE_S3_ENDPOINTS: 'minio:port' }, 'minio:port names no host'],
  ])('refuses %j for S3', (variables, problem) => {
    expect(problemsOf({ ...HOST, ...variables } as Record<string, string>)).toEqual([expect.stringContaining(problem)]);
  });

  it('keeps accepting cursors of the key before the rotation', () => {
    const before = loadConfig({ ...HOST, LAKESCOPE_SECRET: 'a'.repeat(32) });
    const after = loadConfig({ ...HOST, LAKESCOPE_SECRET: 'b'.repeat(32), LAKESCOPE_SECRET_PREVIOUS: 'a'.repeat(32) });

    const [old] = before.secrets.cursorKeys.map((key) => key.reveal());
    const [present, previous] = after.secrets.cursorKeys.map((key) => key.reveal());
    expect(previous).toBe(old);
    expect(present).not.toBe(old);
  });
});

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof InvalidEnvironment) return error.problems;
    throw error;
  }
  throw new Error('The environment was accepted');
}
