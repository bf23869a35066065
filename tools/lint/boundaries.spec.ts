import { spawnSync } from 'node:child_process';

/** Lints `code` as if it stood in `file`, by the command that `npm run lint` uses. */
function lint(file: string, code: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['tools/lint/lint.mjs', '--stdin', '--stdin-filename', file],
    { input: code, encoding: 'utf8' },
  );
  return { status, output: stdout + stderr };
}

describe('module boundaries', () => {
  it('lets a library use what the direction of the house allows', () => {
    const { status, output } = lint(
      'libs/server/delta/src/planted.ts',
      "import { DeltaTable } from '@lakescope/delta';\n\nexport const planted = DeltaTable;\n",
    );
    expect(output).toBe('');
    expect(status).toBe(0);
  }, 60_000);

  it.each([
    ['the delta library', 'libs/delta/src/planted.ts', '@lakescope/server-http'],
    ['the emulator', 'libs/databricks/emulator/src/planted.ts', '@lakescope/databricks-client'],
    ['the platform client', 'libs/databricks/client/src/planted.ts', '@lakescope/databricks-emulator'],
    ['one feature', 'libs/server/delta/src/planted.ts', '@lakescope/server-lakebase'],
    ['the launcher', 'apps/local/src/planted.ts', '@lakescope/server-config'],
    ['the web UI', 'apps/web/src/app/planted.ts', '@lakescope/server-http'],
  ])(
    'refuses an import against the direction from %s',
    (_who, file, door) => {
      const { status, output } = lint(file, `import * as planted from '${door}';\n\nexport default planted;\n`);
      expect(output).toContain('@nx/enforce-module-boundaries');
      expect(status).toBe(1);
    },
    60_000,
  );

  it('refuses test support in production code', () => {
    const { status, output } = lint(
      'libs/server/delta/src/planted.ts',
      "import * as planted from '@lakescope/server-testing';\n\nexport default planted;\n",
    );
    expect(output).toContain('no-restricted-imports');
    expect(status).toBe(1);
  }, 60_000);

  it('refuses to read the environment outside the configuration', () => {
    const { status, output } = lint('libs/server/http/src/planted.ts', 'export const planted = process.env;\n');
    expect(output).toContain('no-restricted-properties');
    expect(status).toBe(1);
  }, 60_000);
});
