import type { Environment } from '@lakescope/server-config';
import type { Terminal } from './terminal';

/** What a command runs in. */
export interface CommandContext {
  /** Folder of the clone. */
  readonly root: string;
  /** The environment of the process. */
  readonly shell: Environment;
  readonly terminal: Terminal;
}
