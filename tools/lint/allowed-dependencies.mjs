/**
 * The direction of the house, edge by edge: [who, ...whom it may import]. A project that is not named here may import
 * nothing of ours, and a new edge is one reviewed line. Enforced by `@nx/enforce-module-boundaries`; that
 * `server-testing` is imported by tests alone is held by `no-restricted-imports`.
 */
export const allowedDependencies = [
  ['lib:contract'],
  ['lib:contract-check'],
  ['lib:client', 'lib:contract'],
  ['lib:delta'],
  ['lib:databricks-wire'],
  ['lib:databricks-client', 'lib:databricks-wire'],
  ['lib:databricks-emulator', 'lib:databricks-wire', 'lib:delta'],

  ['lib:server-config', 'lib:databricks-client'],
  ['lib:server-http', 'lib:server-config', 'lib:databricks-client', 'lib:databricks-wire', 'lib:server-testing'],
  ['lib:server-persistence', 'lib:server-http', 'lib:server-config', 'lib:databricks-client', 'lib:server-testing'],
  [
    'lib:server-auth',
    'lib:server-http',
    'lib:server-config',
    'lib:databricks-client',
    'lib:databricks-wire',
    'lib:server-testing',
  ],
  [
    'lib:server-lakebase',
    'lib:server-persistence',
    'lib:server-http',
    'lib:server-config',
    'lib:databricks-client',
    'lib:server-testing',
    'lib:migrations',
  ],
  [
    'lib:server-unity-catalog',
    'lib:server-http',
    'lib:server-config',
    'lib:databricks-client',
    'lib:databricks-wire',
    'lib:server-testing',
  ],
  [
    'lib:server-delta',
    'lib:server-unity-catalog',
    'lib:delta',
    'lib:server-http',
    'lib:server-config',
    'lib:databricks-client',
    'lib:server-testing',
  ],
  ['lib:server-testing', 'lib:databricks-emulator', 'lib:delta', 'lib:server-config'],

  ['lib:web-ui'],
  ['lib:web-api', 'lib:contract'],
  ['app:web', 'lib:web-ui', 'lib:web-api'],
  ['app:web-e2e', 'lib:contract-check'],

  [
    'app:api',
    'lib:client',
    'lib:server-auth',
    'lib:server-config',
    'lib:server-delta',
    'lib:server-http',
    'lib:server-lakebase',
    'lib:server-persistence',
    'lib:server-testing',
    'lib:server-unity-catalog',
    'lib:contract',
    'lib:contract-check',
    'lib:migrations',
  ],
  ['app:local', 'lib:databricks-emulator', 'lib:delta'],
  ['lib:migrations', 'lib:server-http', 'lib:server-persistence', 'lib:server-testing'],
  ['app:tools', 'lib:delta', 'lib:server-testing'],
];
