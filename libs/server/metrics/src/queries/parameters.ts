/** The values of a statement, in the order in which its text names them. */
export class Parameters {
  readonly values: unknown[] = [];

  /** The place of the value in the text. */
  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}
