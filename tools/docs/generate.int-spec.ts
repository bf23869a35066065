import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Variable {
  name: string;
  sentence: string;
  rule?: string;
  fallback?: string;
  required: boolean;
}

const { readEnv } = jest.requireActual<{ readEnv(text: string): Variable[] }>(
  join(process.cwd(), 'tools/docs/read-env.mjs'),
);

it('.env.example and the table of docs/operations.md say what Env says', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/docs/generate.mjs', '--check'], {
    encoding: 'utf8',
  });

  expect({ status, output: stdout + stderr }).toEqual({
    status: 0,
    output: 'The generated documents are what the code says\n',
  });
}, 60_000);

describe('the environment as its source tells it', () => {
  const env = (body: string): Variable[] => readEnv(`export class Env {\n${body}\n}`);

  it('has sentence, rule and default of each variable', () => {
    const [port, kind] = env(`
      /** Port the server
       *  listens on. */
      @Type(() => Number) @IsInt() @Min(1) @Max(65_535) PORT = 8_000;
      /** What it is. */
      @IsOptional() @Matches(/x/, { message: '$property must look like x' }) KIND?: string;`);

    expect(port).toEqual({
      name: 'PORT',
      sentence: 'Port the server listens on.',
      rule: 'a whole number, at least 1, at most 65535',
      fallback: '8000',
      required: false,
    });
    expect(kind).toMatchObject({ name: 'KIND', rule: 'must look like x', required: false });
  });

  it('knows what must be given', () => {
    expect(env('/** The host. */ @IsString() HOST!: string;')).toMatchObject([{ name: 'HOST', required: true }]);
  });

  it('is not read where a sentence is missing, or a rule has no words yet', () => {
    expect(() => env('@IsString() HOST!: string;')).toThrow('HOST has no sentence');
    expect(() => env('/** The host. */ @IsLucky() HOST!: string;')).toThrow('what @IsLucky means');
  });

  it('has every variable of the server', () => {
    const names = readEnv(readFileSync('libs/server/config/src/env.ts', 'utf8')).map(({ name }) => name);

    expect(names).toContain('DATABRICKS_HOST');
    expect(new Set(names).size).toBe(names.length);
  });
});
