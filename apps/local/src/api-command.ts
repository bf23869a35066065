import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { LaunchError } from './launch-error';

/** How the API is started. */
export interface ApiCommand {
  /** What Node is told before. */
  readonly nodeArguments: readonly string[];
  /** The production entry point, absolute. */
  readonly program: string;
}

/** What the platform would start, as `app.yaml` in `root` says it. Throws `LaunchError`. */
export function apiCommand(root: string): ApiCommand {
  const file = join(root, 'app.yaml');
  const { command } = parse(readFileSync(file, 'utf8')) as { command?: unknown };
  const [node, ...parts] = Array.isArray(command) ? command.map(String) : [];
  const program = parts.pop();
  if (node !== 'node' || program === undefined) {
    throw new LaunchError(
      `${file} must start the API by "node" and a script: its command is ${JSON.stringify(command)}.`,
    );
  }
  return { nodeArguments: parts, program: join(root, program) };
}
