import type { Environment } from '@lakescope/server-config';
import type { Terminal } from './terminal';

/** What a command runs in. */
export interface CommandContext {
  /** Folder of the clone. */
  readonly root: string;
  /** The environment of the process. */
  readonly shell: Environment;
  readonly terminal: Terminal;
  /** Lets a command end in order when somebody interrupts it (Ctrl-C), until it answers that it no longer wants to. */
  readonly onInterrupt?: (act: () => void) => () => void;
}
