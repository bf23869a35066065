import { join, relative } from 'node:path';

/** Name of the file with the settings of a machine, in the folder of the clone. */
export const USUAL_SETTINGS = '.env.local';

export function usualSettings(root: string): string {
  return join(root, USUAL_SETTINGS);
}

/** The settings file as somebody in the current folder would name it. */
export function settingsName(path: string): string {
  const name = relative(process.cwd(), path);
  return name.startsWith('..') ? path : name;
}

/** The command that looks after this settings file. */
export function doctorCommand(path: string, options = ''): string {
  const name = settingsName(path);
  return `npx lakescope doctor${options}${name === USUAL_SETTINGS ? '' : ` --settings ${name}`}`;
}
