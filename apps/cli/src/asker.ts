import { CommandFailed, EXIT } from './exit-code';
import type { Choice, Questions, Terminal } from './terminal';

/** Asks people, or takes what is proposed where nobody can be asked or wants to be. */
export class Asker {
  private readonly questions: Questions | undefined;

  constructor(
    terminal: Terminal,
    takeProposals: boolean,
    private readonly settings: string,
  ) {
    this.questions = takeProposals ? undefined : terminal.questions;
  }

  text(message: string, proposal: string): Promise<string> {
    return this.questions?.text(message, proposal) ?? Promise.resolve(proposal);
  }

  /** Undefined when nobody can be asked. */
  async choose<T>(message: string, choices: readonly Choice<T>[]): Promise<T | undefined> {
    return this.questions?.choose(message, choices);
  }

  /** For a variable that nothing can be proposed for. */
  async need(name: string, message: string, kind: 'text' | 'secret'): Promise<string> {
    if (this.questions === undefined) {
      throw new CommandFailed(
        `${name} is not set, and nobody can be asked for it: set it in ${this.settings}.`,
        EXIT.usage,
      );
    }
    return this.questions[kind](message);
  }
}
