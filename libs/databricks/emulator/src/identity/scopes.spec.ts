import { missingScope, parseScopes } from './scopes';

describe('scopes', () => {
  it.each([
    ['unity-catalog', ['files', 'sql'], 'unity-catalog'],
    ['unity-catalog', ['catalog.catalogs:read'], 'unity-catalog'],
    ['unity-catalog', ['unity-catalog'], undefined],
    ['files', ['sql'], 'files'],
    ['files', ['files.files'], undefined],
    ['database', ['sql'], 'postgres'],
    ['database', ['postgres'], undefined],
    ['access-management', ['unity-catalog'], 'access-management'],
    ['access-management', ['all-apis'], undefined],
    ['current-user', [], undefined],
  ] as const)('for %s with %j miss %s', (family, granted, missing) => {
    expect(missingScope(family, granted)).toBe(missing);
  });

  it('are a list without duplicates', () => {
    expect(parseScopes(' files  sql files ')).toEqual(['files', 'sql']);
  });
});
