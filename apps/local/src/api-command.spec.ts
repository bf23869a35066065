import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiCommand } from './api-command';

describe('the command of the API', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lakescope-command-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the one that is deployed', () => {
    writeFileSync(join(folder, 'app.yaml'), "command: ['node', '--max-semi-space-size=8', 'dist/main.js']");

    expect(apiCommand(folder)).toEqual({
      nodeArguments: ['--max-semi-space-size=8'],
      program: join(folder, 'dist/main.js'),
    });
  });

  it.each(['command: node main.js', 'command: [python, app.py]', 'command: [node]', 'env: []'])(
    'is not guessed: %s',
    (yaml) => {
      writeFileSync(join(folder, 'app.yaml'), yaml);

      expect(() => apiCommand(folder)).toThrow(/app\.yaml must start the API by "node" and a script/);
    },
  );
});
