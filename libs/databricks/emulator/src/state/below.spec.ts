import { posix, win32 } from 'node:path';
import { below } from './below';

describe('a file below a folder', () => {
  it.each([
    ['app.py', 'C:\\state\\apps\\app.py'],
    ['lib/a.py', 'C:\\state\\apps\\lib\\a.py'],
    ['..a.py', 'C:\\state\\apps\\..a.py'],
    ['..\\..\\a.py', undefined],
    ['lib\\..\\..\\a.py', undefined],
    ['lib\\..', undefined],
    ['..', undefined],
  ])('is found on Windows, unless its name leads out: %s', (name, path) => {
    expect(below('C:\\state\\apps', name, win32)).toBe(path);
  });

  it('may have a backslash in its name elsewhere', () => {
    expect(below('/state/apps', '..\\a.py', posix)).toBe('/state/apps/..\\a.py');
    expect(below('/state/apps', '../a.py', posix)).toBeUndefined();
  });
});
