import { NotJson, readObject, replaced } from './json-text';

function members(text: string): Record<string, string> {
  const bytes = Buffer.from(text);
  return Object.fromEntries(
    [...readObject(bytes).members].map(([name, { start, end }]) => [name, bytes.toString('utf8', start, end)]),
  );
}

describe('a JSON object as text', () => {
  it('gives the members as they stand, whatever a number would become in JavaScript', () => {
    const text = ' {"inputs" : {"a":[9007199254740993, 1e400,-0.10,"\\u00e9}\\""]} ,\n"n": 1.50,"é":null} ';

    expect(members(text)).toEqual({
      inputs: '{"a":[9007199254740993, 1e400,-0.10,"\\u00e9}\\""]}',
      n: '1.50',
      é: 'null',
    });
  });

  it('takes the last of two members of one name, also when one is written with escapes', () => {
    expect(members('{"a":1,"\\u0061":2}')).toEqual({ a: '2' });
  });

  it('takes NaN and Infinity, and tells where they stand outside of texts', () => {
    const text = Buffer.from('{"a":[NaN,-Infinity,"NaN"],"b":Infinity}');
    const { notFinite } = readObject(text);

    expect(replaced(text, notFinite, (word) => `"${word}"`).toString()).toBe(
      '{"a":["NaN","-Infinity","NaN"],"b":"Infinity"}',
    );
  });

  it('takes as many of them as there are', () => {
    const text = `{"a":[${'NaN,-Infinity,1,Infinity,'.repeat(50_000)}"NaN"]}`;
    const bytes = Buffer.from(text);
    const { notFinite } = readObject(bytes);

    expect(notFinite).toHaveLength(150_000);
    expect(replaced(bytes, notFinite, () => '0.5').toString()).toBe(text.replace(/-?Infinity|NaN(?=,)/g, '0.5'));
  });

  it.each([
    '',
    '[]',
    '"a"',
    '{',
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    '{"a":1}x',
    '{a:1}',
    "{'a':1}",
    '{"a":01}',
    '{"a":1.}',
    '{"a":.5}',
    '{"a":+1}',
    '{"a":1e}',
    '{"a":-}',
    '{"a":-NaN}',
    '{"a":nul}',
    '{"a":[1 2]}',
    '{"a":[1,]}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{"a":"',
    `{"a":${'['.repeat(200)}${']'.repeat(200)}}`,
  ])('refuses %s', (text) => {
    expect(() => readObject(Buffer.from(text))).toThrow(NotJson);
  });

  it('agrees with JSON.parse about what is JSON', () => {
    const pieces = ['{', '}', '[', ']', '"a"', ':', ',', '1', '-0', '1.5e-3', 'true', 'null', ' ', '"\\n"'];
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
    let valid = 0;
    for (let round = 0; round < 5_000; round++) {
      const inner = Array.from({ length: random(6) }, () => pieces[random(pieces.length)]).join('');
      const text = `{"x":[${inner}]}`;
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      if (isJson) valid++;
      let isRead = true;
      try {
        readObject(Buffer.from(text));
      } catch {
        isRead = false;
      }
      expect([text, isRead]).toEqual([text, isJson]);
    }
    expect(valid).toBeGreaterThan(50);
  });
});
