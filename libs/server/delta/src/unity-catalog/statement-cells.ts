import { PlatformError } from '@lakescope/databricks-client';
import type { StatementTable } from '@lakescope/server-unity-catalog';

/** A row of a statement by the names of its columns: what DESCRIBE answers has more columns with each release, in no promised order. */
export class NamedRow {
  private constructor(private readonly cells: ReadonlyMap<string, string | null>) {}

  static all({ columns, rows }: StatementTable): NamedRow[] {
    return rows.map(
      (row) => new NamedRow(new Map(columns.map(({ name }, at) => [name.toLowerCase(), row[at] ?? null]))),
    );
  }

  text(name: string): string | null {
    return this.cells.get(name.toLowerCase()) ?? null;
  }

  whole(name: string): number | null {
    const text = this.text(name);
    const number = text === null || text === '' ? NaN : Number(text);
    return Number.isSafeInteger(number) ? number : null;
  }

  truth(name: string): boolean | null {
    const text = this.text(name)?.toLowerCase();
    return text === 'true' ? true : text === 'false' ? false : null;
  }

  /** RFC 3339; null where it is no time. */
  time(name: string): string | null {
    const text = this.text(name);
    // Without a zone it is one of the warehouse's, which is UTC unless somebody changed it.
    const time =
      text === null ? NaN : Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
    return Number.isNaN(time) ? null : new Date(time).toISOString();
  }

  /** The same where the platform always tells one. */
  knownTime(name: string): string {
    const time = this.time(name);
    if (time === null) throw new PlatformError('upstream', `The warehouse told no ${name} that is a time`);
    return time;
  }

  texts(name: string): string[] {
    const value = this.json(name);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  object(name: string): Record<string, unknown> | null {
    const value = this.json(name);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  }

  /** The texts of a map; null values are left out. */
  map(name: string): Record<string, string> {
    const entries = Object.entries(this.object(name) ?? {});
    return Object.fromEntries(
      entries.flatMap(([key, value]) =>
        value === null ? [] : [[key, typeof value === 'string' ? value : JSON.stringify(value)]],
      ),
    );
  }

  private json(name: string): unknown {
    try {
      return JSON.parse(this.text(name) ?? 'null');
    } catch {
      return null;
    }
  }
}
