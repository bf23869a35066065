import { execFileSync } from 'node:child_process';
import { type Question } from './invocation';
import { snippet } from './snippets';

const question: Question = {
  endpoint: 'a/b é',
  inputs: `{"dataframe_records": [{"id": 9007199254740993, "x": NaN, "name": "it's €😀 \\"$HOME\\""}]}`,
  timeoutSeconds: 30,
  validate: true,
  isLater: false,
  servedEntity: undefined,
};
const origin = 'https://lakescope.example.com';
const url = `${origin}/api/v1/serving/endpoints/a%2Fb%20%C3%A9/invocations`;
const body = `{"inputs":${question.inputs},"timeout_seconds":30,"validate":true}`;

describe('a question for a program', () => {
  it('comes out of the shell as it was asked', () => {
    const script = `curl() { printf '%s\\n' "$@"; }\n${snippet('curl', origin, question)}`;
    const words = execFileSync('bash', ['-c', script], { env: { LAKESCOPE_TOKEN: 't0' } })
      .toString()
      .trimEnd()
      .split('\n');
    expect(words[1]).toBe(url);
    expect(words).toContain('Authorization: Bearer t0');
    expect(words.at(-1)).toBe(body);
  });

  it('is for the typed client, unless numbers would change on the way', () => {
    expect(snippet('typescript', origin, { ...question, inputs: '{"prompt": "hi"}', isLater: true })).toContain(
      'body: {\n    inputs: {"prompt": "hi"},\n    timeout_seconds: 30,\n    validate: true,\n    async: true,\n  },',
    );
    const text = snippet('typescript', origin, question);
    expect(text).not.toContain('@lakescope/client');
    expect(text).toContain(JSON.stringify(body));
  });

  it('is for Python in characters that any file holds', () => {
    const text = snippet('python', origin, question);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(text).toContain('\\U0001f600');
    expect(text).toContain('9007199254740993');
  });
});
