import { spawnSync } from 'node:child_process';

const ALLOWED = {
  file: 'libs/server/delta/src/planted.ts',
  code: "import { DeltaTable } from '@lakescope/delta';\n\nexport const planted = DeltaTable;\n",
};

const AGAINST_THE_DIRECTION = [
  ['the delta library', 'libs/delta/src/planted.ts', '@lakescope/server-http'],
  ['the emulator', 'libs/databricks/emulator/src/planted.ts', '@lakescope/databricks-client'],
  ['the platform client', 'libs/databricks/client/src/planted.ts', '@lakescope/databricks-emulator'],
  ['one feature', 'libs/server/delta/src/planted.ts', '@lakescope/server-lakebase'],
  ['the launcher', 'apps/local/src/planted.ts', '@lakescope/server-config'],
  ['the web UI', 'apps/web/src/app/planted.ts', '@lakescope/server-http'],
] as const;

const TEST_SUPPORT = { file: 'libs/server/delta/src/planted.ts', code: importing('@lakescope/server-testing') };
const ENVIRONMENT = { file: 'libs/server/http/src/planted.ts', code: 'export const planted = process.env;\n' };

function importing(door: string): string {
  return `import * as planted from '${door}';\n\nexport default planted;\n`;
}

function node(script: string, args: string[], input: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { input, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** By the command that `npm run lint` uses. */
function lint({ file, code }: { file: string; code: string }): { status: number | null; output: string } {
  return node('tools/lint/lint.mjs', ['--stdin', '--stdin-filename', file], code);
}

describe('module boundaries', () => {
  /** By file and code: the rules that say an error. The command made the graph that the rules need. */
  const rules = new Map<string, string[]>();

  it('let a library use what the direction of the house allows', () => {
    expect(lint(ALLOWED)).toEqual({ status: 0, output: '' });
  }, 60_000);

  it('fail the command when an import goes against the direction', () => {
    const { status, output } = lint({ file: 'libs/delta/src/planted.ts', code: importing('@lakescope/server-http') });

    expect(output).toContain('@nx/enforce-module-boundaries');
    expect(status).toBe(1);
  }, 60_000);

  describe('of several files at once', () => {
    beforeAll(() => {
      const imports = AGAINST_THE_DIRECTION.map(([, file, door]) => ({ file, code: importing(door) }));
      const planted = [ALLOWED, ...imports, TEST_SUPPORT, ENVIRONMENT];
      const { status, output } = node('tools/lint/lint-planted.mjs', [], JSON.stringify(planted));
      if (status !== 0) throw new Error(output);
      const found = JSON.parse(output) as string[][];
      planted.forEach(({ file, code }, index) => rules.set(file + code, found[index] ?? []));
    }, 60_000);

    it('let what is allowed pass', () => {
      expect(rules.get(ALLOWED.file + ALLOWED.code)).toEqual([]);
    });

    it.each(AGAINST_THE_DIRECTION)('refuse an import against the direction from %s', (_who, file, door) => {
      expect(rules.get(file + importing(door))).toContain('@nx/enforce-module-boundaries');
    });

    it('refuse test support in production code', () => {
      expect(rules.get(TEST_SUPPORT.file + TEST_SUPPORT.code)).toContain('no-restricted-imports');
    });

    it('refuse to read the environment outside the configuration', () => {
      expect(rules.get(ENVIRONMENT.file + ENVIRONMENT.code)).toContain('no-restricted-properties');
    });
  });
});
