import { spawnSync } from 'node:child_process';

it('the committed contract and clients are what the code says', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/contract/generate.mjs', '--check'], {
    encoding: 'utf8',
  });

  expect({ status, output: stdout + stderr }).toEqual({
    status: 0,
    output: 'The committed contract is what the code says\n',
  });
}, 120_000);
