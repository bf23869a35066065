import type { Expression } from './expression';
import type { StatementScope } from './statement-scope';
import type { TokenReader } from './token-reader';

/** What the rules of the language share: where they are in the text, and each other. */
export interface Grammar {
  readonly reader: TokenReader;
  readonly scope: StatementScope;
  expression(): Expression;
  /** A query without its parentheses, in DuckDB's SQL. */
  query(): string;
}
