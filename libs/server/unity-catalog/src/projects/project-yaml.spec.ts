import { problemsInProject } from './project-yaml';

describe('a project document', () => {
  it.each([
    'name: Claims\n',
    '# a comment\n---\nname: Claims\nsteps:\n  - read\n  - {write: true}\n...\n',
    '{"name": "Claims", "steps": [1, 2.5, null]}',
    'base: &base {a: 1}\nother:\n  <<: *base\n  a: 2\n',
    'text: |\n  any\n  lines: here\n',
    'a: 1\nA: 2\n"1": x\n1: y\n',
    '__proto__: {admin: true}\nconstructor: x\n',
    'when: !date 2026-11-21\n',
  ])('may be %j', async (text) => {
    expect(await problemsInProject(text)).toEqual([]);
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });

  it.each([
    ['', 1, 1, 'must be a mapping'],
    ['just text', 1, 1, 'must be a mapping'],
    ['\n\n- a\n- b\n', 3, 1, 'must be a mapping'],
    ['name: Claims\nsteps: [1, 2\n', 3, 1, ']'],
    ['name: Claims\nsteps:\n  - a\n - b\n', 4, 1, 'implicit map key'],
    ['name: "Claims\n', 2, 1, 'quote'],
    ['name: a: b\n', 1, 7, 'Nested mappings'],
    ['\tname: x\n', 1, 1, ''],
    ['a: 1\nb: 2\na: 3\n', 3, 1, 'only once'],
    ['x:\n  a: 1\n  a: 1\n', 3, 3, 'only once'],
    ['a: *nobody\n', 1, 4, '&nobody'],
    ['a: 1\n---\nb: 2\n', 2, 1, 'another'],
    ['name: Claims\r\nsteps: [\r\n', 3, 1, ']'],
  ])('is not %j, and the place is told', async (text, line, column, says) => {
    const [first] = await problemsInProject(text);

    expect(first).toMatchObject({ line, column });
    expect(first?.message.toLowerCase()).toContain(says.toLowerCase());
  });

  it('names no more than twenty places', async () => {
    expect(await problemsInProject('"x" "y"\n'.repeat(1000))).toHaveLength(20);
    expect((await problemsInProject('!'.repeat(10_000)))[0]?.message.length).toBeLessThanOrEqual(200);
  });

  it.each(['[', '{', '- ', '? ', '[{', '{a: ['])('nested by %j is refused, and nothing runs over', async (opening) => {
    const [problem] = await problemsInProject(`a: ${'['.repeat(120)}`);
    expect(problem?.message).toBe('Nothing may be nested more than 100 levels deep');

    expect((await problemsInProject(opening.repeat(20_000)))[0]?.message).toMatch(/100 levels deep|50000 words/);
  });

  it('that is many things is refused, and aliases are not expanded', async () => {
    expect((await problemsInProject('a: b\n'.repeat(100_000)))[0]).toEqual({
      line: 1,
      column: 1,
      message: 'The text has more than 50000 words and signs',
    });
    const lines = Array.from({ length: 60 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`);
    expect(await problemsInProject(['l0: &l0 lol', ...lines].join('\n'))).toEqual([]);
  });
});
