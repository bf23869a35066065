/** Where a command writes, and whom it may ask. */
export interface Terminal {
  /** The result. */
  out(text: string): void;
  /** Everything that is not the result. */
  note(text: string): void;
  /** Undefined when nobody is there to answer: no terminal, a pipe, a CI. */
  readonly questions: Questions | undefined;
}

export interface Choice<T> {
  readonly name: string;
  readonly value: T;
  readonly description?: string;
}

/** What people are asked. Every question has a default that Enter takes. */
export interface Questions {
  text(message: string, fallback?: string): Promise<string>;
  /** What is typed is not shown. */
  secret(message: string): Promise<string>;
  /** Enter says yes, unless the fallback is no. */
  yes(message: string, fallback?: boolean): Promise<boolean>;
  choose<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
}
