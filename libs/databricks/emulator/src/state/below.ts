import { isAbsolute, join, relative, sep } from 'node:path';

/** Where names of the workspace tree may hold what separates folders on this machine: backslashes on Windows. */
export interface PathRules {
  readonly sep: string;
  join(...parts: string[]): string;
  relative(from: string, to: string): string;
  isAbsolute(path: string): boolean;
}

/** The path of a file below a folder of this machine; undefined: the name leads out of the folder. */
export function below(
  folder: string,
  name: string,
  rules: PathRules = { sep, join, relative, isAbsolute },
): string | undefined {
  const path = rules.join(folder, name);
  const way = rules.relative(folder, path);
  const leadsOut = way === '' || way === '..' || way.startsWith(`..${rules.sep}`) || rules.isAbsolute(way);
  return leadsOut ? undefined : path;
}
