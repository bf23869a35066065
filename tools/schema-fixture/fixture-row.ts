/** Seals what the fixtures keep sealed: the LAKESCOPE_SECRET of tests. It opens nothing else anywhere. */
export const FIXTURE_SECRET = 'a secret of tests, at least 32 bytes long';

/** A text that the tool seals for its place before it is stored. */
export interface ToSeal {
  readonly seal: string;
  readonly place: string;
}

/** Objects and arrays are JSON. */
export type FixtureValue = string | number | boolean | null | object;

/** A row, its columns by name. Columns that the schema of a fixture does not have yet are left out. */
export interface FixtureRow {
  readonly table: string;
  /** The migration that made room for it; a fixture of an older schema goes without. */
  readonly since?: string;
  readonly values: Readonly<Record<string, FixtureValue>>;
}

export const ANALYST = 'anna.moreau@lakescope.example';
export const ENGINEER = 'erik.sandoval@lakescope.example';
export const ADMIN = 'ada.keller@lakescope.example';
/** An S3 connection of the analyst's. */
export const CONNECTION = '0d9c6f3e-5b1f-4a53-9f0e-000000000101';

export function rowsOf(table: string, ...rows: readonly FixtureRow['values'][]): FixtureRow[] {
  return rows.map((values) => ({ table, values }));
}
