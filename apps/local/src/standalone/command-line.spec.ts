import { announcement, parseStandaloneCommand } from './command-line';

const parse = (...args: string[]) => parseStandaloneCommand(args, '/home/ada');

describe('the command line of the local workspace alone', () => {
  it('keeps nothing and fills the lake unless it is told otherwise', () => {
    expect(parse()).toMatchObject({
      basePort: 8002,
      stateDirectory: undefined,
      demo: true,
      mounts: {},
      only: undefined,
    });
    expect(parse('--state', 'lake', '--no-demo', '--ports', '0', '--json')).toMatchObject({
      basePort: 0,
      stateDirectory: '/home/ada/lake',
      demo: false,
      json: true,
    });
  });

  it.each([
    [['--ports', '65534'], '--ports 65534 must be a number from 1 to 65533, or 0 for any free ports.'],
    [['--ports', 'x'], '--ports x must be a number from 1 to 65533'],
    [['--mount', 'a=/not/there'], '/not/there is not a folder'],
    [['--workspace', 'h'], "Unknown option '--workspace'. See lakescope-local --help"],
  ])('refuses %j', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });

  it('names the people and prints no credential', () => {
    const text = announcement({
      workspace: 'http://127.0.0.1:8002',
      postgres: { host: 'localhost', port: 8003, database: 'databricks_postgres', ca_file: '/s/ca/ca.pem' },
      s3: {
        endpoint: 'http://127.0.0.1:8004',
        region: 'us-east-1',
        access_key_id: 'key-id',
        secret_access_key: 's3-key',
      },
      warehouse_id: 'w1',
      service_principal: { client_id: 'client', client_secret: 'client-key' },
      personas: { admin: { user_name: 'ada@lakescope.example', token: 'dapi-token' } },
    });

    expect(text).toContain('ada@lakescope.example');
    expect(text).not.toMatch(/s3-key|client-key|dapi-token/);
  });
});
