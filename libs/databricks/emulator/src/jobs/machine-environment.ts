/** What a program needs of the machine to run at all; nothing else of the workspace's own environment is a task's business. */
const NAMES = ['PATH', 'TMPDIR', 'SystemRoot', 'TEMP'];

export function machineEnvironment(): Record<string, string> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
