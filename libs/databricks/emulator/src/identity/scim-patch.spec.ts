import { ScimRefusal } from '../http/refusals';
import { applyPatch } from './scim-patch';

const user = () => ({
  userName: 'ana@lakescope.example',
  displayName: 'Ana',
  active: true,
  name: { givenName: 'Ana', familyName: undefined },
  entitlements: [{ value: 'workspace-access' }],
});
const group = () => ({ displayName: 'readers', members: [{ value: '1' }, { value: '2' }] });

describe('a SCIM patch', () => {
  it.each([
    ['replaces an attribute', { op: 'replace', path: 'displayName', value: 'B' }, { displayName: 'B' }],
    ['takes any case', { op: 'Replace', path: 'DISPLAYNAME', value: 'B' }, { displayName: 'B' }],
    ['replaces without a path', { op: 'replace', value: { active: false, emails: [] } }, { active: false }],
    [
      'replaces a part of an attribute',
      { op: 'add', path: 'name.familyName', value: 'Ruiz' },
      { name: { givenName: 'Ana', familyName: 'Ruiz' } },
    ],
    [
      'merges an attribute with parts',
      { op: 'add', path: 'name', value: { familyName: 'Ruiz' } },
      { name: { givenName: 'Ana', familyName: 'Ruiz' } },
    ],
    [
      'adds to a list',
      { op: 'add', path: 'entitlements', value: [{ value: 'databricks-sql-access' }] },
      { entitlements: [{ value: 'workspace-access' }, { value: 'databricks-sql-access' }] },
    ],
  ])('%s', (_case, operation, expected) => {
    expect(applyPatch(user(), { Operations: [operation] })).toEqual({ ...user(), ...expected });
  });

  it.each([
    ['one member by a filter', { op: 'remove', path: 'members[value eq "1"]' }, ['2']],
    ['the members it names', { op: 'remove', path: 'members', value: [{ value: '2' }] }, ['1']],
    ['all members', { op: 'remove', path: 'members' }, []],
    ['nobody when the filter finds nobody', { op: 'remove', path: 'members[value eq "9"]' }, ['1', '2']],
  ])('removes %s', (_case, operation, left) => {
    const patched = applyPatch(group(), { Operations: [operation] });

    expect(patched['members']).toEqual(left.map((value) => ({ value })));
  });

  it('replaces the members', () => {
    const patched = applyPatch(group(), { Operations: [{ op: 'replace', path: 'members', value: [{ value: '3' }] }] });

    expect(patched['members']).toEqual([{ value: '3' }]);
  });

  it('applies operations in their order and leaves the original as it was', () => {
    const original = group();
    const operations = [
      { op: 'add', value: { members: [{ value: '3' }] } },
      { op: 'remove', path: 'members[value eq "1" or value eq "3"]' },
    ];

    expect(applyPatch(original, { Operations: operations })['members']).toEqual([{ value: '2' }]);
    expect(original).toEqual(group());
  });

  it.each([
    [undefined, 'invalidSyntax'],
    [{ Operations: [] }, 'invalidSyntax'],
    [{ Operations: [7] }, 'invalidSyntax'],
    [{ Operations: [{ op: 'destroy', path: 'members' }] }, 'invalidSyntax'],
    [{ Operations: [{ op: 'remove' }] }, 'noTarget'],
    [{ Operations: [{ op: 'replace', value: 'x' }] }, 'invalidValue'],
    [{ Operations: [{ op: 'replace', path: 'id', value: '1' }] }, 'invalidPath'],
    [{ Operations: [{ op: 'replace', path: '__proto__', value: {} }] }, 'invalidPath'],
    [{ Operations: [{ op: 'replace', path: 'members[', value: [] }] }, 'invalidPath'],
    [{ Operations: [{ op: 'remove', path: 'members[value like "1"]' }] }, 'invalidFilter'],
  ])('is refused when it is %j', (body, scimType) => {
    const refusal = refusalOf(() => applyPatch(group(), body));

    expect(refusal?.body()).toMatchObject({ status: '400', scimType });
  });
});

function refusalOf(work: () => unknown): ScimRefusal | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof ScimRefusal) return error;
    throw error;
  }
}
