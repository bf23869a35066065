import { backupNumberOf, SLUG, slugOf } from './project-name';

describe('the name of a project', () => {
  it.each(['a', '7', 'a-b', 'claims-2026', 'a--b', 'x'.repeat(100)])('may be %s', (slug) => {
    expect(SLUG.test(slug)).toBe(true);
    expect(slugOf(`${slug}.proj.yaml`)).toBe(slug);
  });

  it.each(['', '-', '-a', 'a-', 'A', 'a_b', 'a b', 'a.b', 'ä', 'a\n', 'a/b', '..', '%61', 'x'.repeat(101)])(
    'may not be %j',
    (slug) => {
      expect(SLUG.test(slug)).toBe(false);
      expect(slugOf(`${slug}.proj.yaml`)).toBeUndefined();
    },
  );

  it.each(['a.yaml', 'a.proj.yml', 'a.proj.yaml.1.bak', '.proj.yaml', 'a.PROJ.yaml', 'constructor'])(
    'is not in the file name %s',
    (name) => {
      expect(slugOf(name)).toBeUndefined();
    },
  );

  it.each([
    ['a.proj.yaml.1.bak', 1],
    ['a.proj.yaml.12.bak', 12],
    ['a.proj.yaml', undefined],
    ['a.proj.yaml.bak', undefined],
    ['a.proj.yaml.0.bak', undefined],
    ['a.proj.yaml.01.bak', undefined],
    ['a.proj.yaml.-1.bak', undefined],
    ['a.proj.yaml.1e3.bak', undefined],
    ['a.proj.yaml.9999999999999999.bak', undefined],
    ['b.proj.yaml.1.bak', undefined],
    ['aa.proj.yaml.1.bak', undefined],
  ])('has the backup %s with the number %s', (name, number) => {
    expect(backupNumberOf(name, 'a')).toBe(number);
  });
});
