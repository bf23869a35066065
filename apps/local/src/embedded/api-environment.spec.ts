import { apiEnvironment, type ApiSurroundings } from './api-environment';

const surroundings: ApiSurroundings = {
  workspace: {
    url: 'http://127.0.0.1:8002',
    workspaceId: '5551234567890',
    warehouseId: 'a1b2c3d4e5f60718',
    servicePrincipal: { clientId: 'client-id', clientSecret: 'client-secret', displayName: 'lakescope' },
    app: { name: 'lakescope' },
    databaseInstance: { name: 'lakescope-local', uid: 'uid' },
    s3: { url: 'http://127.0.0.1:8004' },
  },
  gateway: { port: 8003 },
  database: 'databricks_postgres',
  ca: { caFile: '/state/ca/ca.pem' },
  appUrl: 'http://localhost:8000',
  apiPort: 8001,
  secret: 'a secret of at least thirty-two bytes',
};

describe('the API’s environment', () => {
  it('is what the platform sets, and the few names a local run adds', () => {
    expect(apiEnvironment(surroundings, { PATH: '/bin', HOME: '/home/ada' })).toEqual({
      PATH: '/bin',
      HOME: '/home/ada',
      DATABRICKS_HOST: 'http://127.0.0.1:8002',
      DATABRICKS_CLIENT_ID: 'client-id',
      DATABRICKS_CLIENT_SECRET: 'client-secret',
      DATABRICKS_APP_NAME: 'lakescope',
      DATABRICKS_APP_PORT: '8001',
      DATABRICKS_APP_URL: 'http://localhost:8000',
      DATABRICKS_WORKSPACE_ID: '5551234567890',
      DATABRICKS_WAREHOUSE_ID: 'a1b2c3d4e5f60718',
      DATABRICKS_CATALOG: 'demo',
      DATABRICKS_SCHEMA: 'lake',
      PGHOST: '127.0.0.1',
      PGPORT: '8003',
      PGDATABASE: 'databricks_postgres',
      PGUSER: 'client-id',
      PGSSLMODE: 'require',
      PGAPPNAME: 'lakescope',
      LAKEBASE_INSTANCE_NAME: 'lakescope-local',
      LAKESCOPE_SECRET: 'a secret of at least thirty-two bytes',
      NODE_EXTRA_CA_CERTS: '/state/ca/ca.pem',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:8004',
      LAKESCOPE_BIND_ADDRESS: '127.0.0.1',
    });
  });

  it('makes the connection default for admins when there are keys for it', () => {
    const s3Keys = { accessKeyId: 'ASIAKEY', secretAccessKey: 'a secret', sessionToken: 'a token' };

    expect(apiEnvironment({ ...surroundings, s3Keys }, {})).toEqual({
      ...apiEnvironment(surroundings, {}),
      AWS_ACCESS_KEY_ID: 'ASIAKEY',
      AWS_SECRET_ACCESS_KEY: 'a secret',
      AWS_SESSION_TOKEN: 'a token',
      LAKESCOPE_S3_DEFAULT_USERS: 'admins',
    });
  });

  it('takes nothing else of the developer’s own, whatever it is called', () => {
    const developer = {
      DATABRICKS_HOST: 'https://real.cloud.databricks.com',
      DATABRICKS_TOKEN: 'dapi-real',
      DATABRICKS_CONFIG_PROFILE: 'production',
      PGHOST: 'production.example.com',
      PGPASSWORD: 'real',
      PGSERVICE: 'production',
      AWS_ACCESS_KEY_ID: 'AKIA',
      AWS_ENDPOINT_URL_S3: 'https://s3.example.com',
      AWS_PROFILE: 'production',
      LAKEBASE_HOST: 'production.example.com',
      NODE_OPTIONS: '--inspect',
      NODE_EXTRA_CA_CERTS: '/etc/company.pem',
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      HTTPS_PROXY: 'http://proxy.example.com',
      LOG_LEVEL: 'debug',
      LAKESCOPE_WEBHOOK_HOSTS: '127.0.0.1',
    };

    const environment = apiEnvironment(surroundings, developer);

    expect(environment).toEqual({
      ...apiEnvironment(surroundings, {}),
      LOG_LEVEL: 'debug',
      LAKESCOPE_WEBHOOK_HOSTS: '127.0.0.1',
    });
  });
});
