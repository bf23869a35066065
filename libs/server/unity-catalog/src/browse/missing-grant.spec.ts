import { missingGrantOf } from './missing-grant';

describe('what a refusal of Unity Catalog says is missing', () => {
  it.each([
    [
      "User does not have USE CATALOG on Catalog 'main'.",
      { privilege: 'USE CATALOG', type: 'CATALOG', name: ['main'] },
    ],
    [
      "PERMISSION_DENIED: User does not have USE_SCHEMA on Schema 'main.sales'.",
      { privilege: 'USE SCHEMA', type: 'SCHEMA', name: ['main', 'sales'] },
    ],
    [
      "User does not have SELECT on View 'main.sales.orders'. SQLSTATE: 42501",
      { privilege: 'SELECT', type: 'TABLE', name: ['main', 'sales', 'orders'] },
    ],
  ])('is found in "%s"', (message, expected) => {
    expect(missingGrantOf(message)).toEqual(expected);
  });

  it.each([
    '',
    'You shall not pass.',
    "User does not have x on Catalog ''.",
    'does not have USE CATALOG on Catalog main',
  ])('is nothing in "%s"', (message) => {
    expect(missingGrantOf(message)).toBeUndefined();
  });
});
