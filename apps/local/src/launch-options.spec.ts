import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { HelpRequested, parseLaunchOptions } from './launch-options';

const here = tmpdir();

describe('the launcher’s options', () => {
  it('are the documented defaults when nothing is said', () => {
    expect(parseLaunchOptions([], here)).toEqual({
      basePort: 8000,
      replicas: 1,
      stateDirectory: undefined,
      ephemeral: false,
      reset: false,
      demo: true,
      mounts: {},
      json: false,
      workspace: undefined,
      profile: undefined,
    });
  });

  it('resolve folders against where the command was given, and take several mounts', () => {
    const options = parseLaunchOptions(['--state', 'my-state', '--mount', 'a=.', '--mount', 'b=..', '--no-demo'], here);

    expect(options).toMatchObject({
      stateDirectory: `${here}/my-state`,
      mounts: { a: here, b: dirname(here) },
      demo: false,
    });
  });

  it('take 0 as any free ports', () => {
    expect(parseLaunchOptions(['--ports', '0', '--ephemeral', '--json'], here)).toMatchObject({
      basePort: 0,
      ephemeral: true,
      json: true,
    });
  });

  it.each([
    [['--ports', 'many'], '--ports many must be a number'],
    [['--replicas', '5'], '--replicas 5 must be a number from 1 to 4'],
    [['--replicas', '0'], '--replicas 0 must be a number from 1 to 4'],
    [['--ports', '65530', '--replicas', '3'], '--ports 65530 must be a number from 1 to 65529'],
    [['--ports', '65532'], 'must be a number from 1 to 65531'],
    [['--ports=-1'], '--ports -1 must be a number'],
    [['--verbose'], "Unknown option '--verbose'"],
    [['extra'], "Unexpected argument 'extra'"],
    [['--mount', 'nothing'], 'must look like NAME=DIR'],
    [['--mount', '../up=.'], 'must look like NAME=DIR'],
    [['--mount', 'a='], 'must look like NAME=DIR'],
    [['--mount', 'a=.', '--mount', 'a=..'], '--mount a is given twice'],
    [['--mount', 'a=no-such-folder-anywhere'], 'is not a folder'],
    [['--ephemeral', '--reset'], 'use it without --reset'],
    [['--workspace', 'dbc.cloud.databricks.com', '--no-demo'], 'belong to the embedded workspace'],
  ])('refuse %j in one line', (args, reason) => {
    expect(() => parseLaunchOptions(args, here)).toThrow(reason);
    expect(() => parseLaunchOptions(args, here)).not.toThrow(/\n/);
  });

  it('explain themselves', () => {
    expect(() => parseLaunchOptions(['--help'], here)).toThrow(HelpRequested);
  });
});
