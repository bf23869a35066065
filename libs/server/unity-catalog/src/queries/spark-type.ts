/** A type of Databricks SQL, as far as values have to be told apart. */
export type SparkType =
  | { readonly kind: 'scalar'; readonly name: string; readonly precision?: number; readonly scale?: number }
  | { readonly kind: 'array'; readonly element: SparkType }
  | { readonly kind: 'map'; readonly key: SparkType; readonly value: SparkType }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, SparkType> };

/** Names that mean the same, by the language reference ("Data types"). */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['BYTE', 'TINYINT'],
  ['SHORT', 'SMALLINT'],
  ['INTEGER', 'INT'],
  ['LONG', 'BIGINT'],
  ['REAL', 'FLOAT'],
  ['DEC', 'DECIMAL'],
  ['NUMERIC', 'DECIMAL'],
  ['CHAR', 'STRING'],
  ['CHARACTER', 'STRING'],
  ['VARCHAR', 'STRING'],
  ['TIMESTAMP_LTZ', 'TIMESTAMP'],
]);

/** Types are not nested deeper than tables are wide; what is, was made to exhaust the stack. */
const DEEPEST = 100;

/** Reads the text of a type, in either case. What is none is a scalar of that name: its values are shown as the platform writes them. */
export function sparkType(text: string): SparkType {
  const reader = new TypeReader(text);
  const type = reader.type(0);
  return type !== undefined && reader.isAtEnd ? type : { kind: 'scalar', name: text.trim().toUpperCase() };
}

class TypeReader {
  private at = 0;

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.text.slice(this.at).trim() === '';
  }

  type(depth: number): SparkType | undefined {
    const written = this.take(/^\s*(\w+)/)?.toUpperCase();
    if (written === undefined || depth > DEEPEST) return undefined;
    switch (written) {
      case 'ARRAY': {
        if (!this.accept('<')) return undefined;
        const element = this.type(depth + 1);
        return element !== undefined && this.accept('>') ? { kind: 'array', element } : undefined;
      }
      case 'MAP': {
        const key = this.accept('<') ? this.type(depth + 1) : undefined;
        if (key === undefined || !this.accept(',')) return undefined;
        const value = this.type(depth + 1);
        return value !== undefined && this.accept('>') ? { kind: 'map', key, value } : undefined;
      }
      case 'STRUCT':
        return this.struct(depth);
      default:
        return this.scalar(ALIASES.get(written) ?? written);
    }
  }

  private scalar(name: string): SparkType {
    const [precision, scale] = (this.take(/^\s*\(([\d\s,]*)\)/) ?? '').split(',').map((digits) => Number(digits));
    if (name !== 'DECIMAL') {
      // `TIMESTAMP WITH TIME ZONE`, `INTERVAL DAY TO SECOND`, and the collation of a string.
      this.take(/^((?:\s+(?!NOT\b|COMMENT\b)\w+)+)/i);
      return { kind: 'scalar', name };
    }
    return { kind: 'scalar', name, precision: precision || 10, scale: scale ?? 0 };
  }

  private struct(depth: number): SparkType | undefined {
    const fields = new Map<string, SparkType>();
    if (!this.accept('<')) return undefined;
    if (this.accept('>')) return { kind: 'struct', fields };
    do {
      const quoted = this.take(/^\s*(`(?:[^`]|``)*`)/);
      const name = quoted === undefined ? this.take(/^\s*([^\s:<>,()`]+)/) : quoted.slice(1, -1).replaceAll('``', '`');
      this.accept(':');
      const type = name === undefined ? undefined : this.type(depth + 1);
      if (name === undefined || type === undefined) return undefined;
      fields.set(name, type);
      this.take(/^(\s+NOT\s+NULL)/i);
      this.take(/^(\s+COMMENT\s+'(?:[^'\\]|\\.|'')*')/i);
    } while (this.accept(','));
    return this.accept('>') ? { kind: 'struct', fields } : undefined;
  }

  private accept(symbol: string): boolean {
    const found = new RegExp(`^\\s*${symbol}`).exec(this.text.slice(this.at));
    this.at += found?.[0].length ?? 0;
    return found !== null;
  }

  /** The first group of what is there, if it is there. */
  private take(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.text.slice(this.at));
    this.at += found?.[0].length ?? 0;
    return found?.[1];
  }
}
