import { ScimRefusal } from '../http/refusals';
import { parseFilter } from './scim-filter';

const ana = { userName: 'ana@lakescope.example', active: true, emails: [{ value: 'ana@lakescope.example' }] };

describe('a SCIM filter', () => {
  it.each([
    ['userName eq "ANA@lakescope.example"', true],
    ['username Eq "ana@lakescope.example"', true],
    ['userName ne "ana@lakescope.example"', false],
    ['userName co "lake"', true],
    ['userName sw "lake"', false],
    ['active eq true', true],
    ['active eq false', false],
    ['emails.value eq "ana@lakescope.example"', true],
    ['displayName pr', false],
    ['userName pr and active eq true', true],
    ['userName sw "x" or active eq true', true],
    ['userName sw "x" and active eq true or userName co "ana"', true],
    ['userName sw "a" and active eq false or userName co "zoe"', false],
    ['userName eq "\\u0061na@lakescope.example"', true],
  ])('%s says %s', (filter, expected) => {
    expect(parseFilter(filter)(ana)).toBe(expected);
  });

  it.each([
    'userName',
    'userName like "a"',
    'userName eq a',
    'userName eq "a',
    'userName eq "\\x"',
    'userName eq "a" and',
    'userName eq "a" xor active eq true',
    ' ',
    `userName eq "${'a'.repeat(30_000)}"`,
  ])('is refused when it is %s', (filter) => {
    expect(() => parseFilter(filter)).toThrow(ScimRefusal);
  });
});
