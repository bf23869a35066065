import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

it('knows as long no suite that is gone', () => {
  const module = pathToFileURL(join(process.cwd(), 'tools/jest/longest-first.mjs')).href;
  const program = `import { LONG } from '${module}'; console.log(JSON.stringify(LONG))`;
  const long = JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }),
  ) as [seconds: number, suite: string][];

  expect(long.length).toBeGreaterThan(0);
  expect(long.filter(([, suite]) => !existsSync(suite))).toEqual([]);
});
