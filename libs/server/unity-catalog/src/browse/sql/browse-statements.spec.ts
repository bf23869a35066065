import { BROWSE_SQL } from './browse-statements';

/** Everything a statement is made of: words of our own, comparisons with parameters, and a number of rows. */
const FORM =
  /^SELECT [a-z_]+(, [a-z_]+)* FROM system\.information_schema\.[a-z_]+ WHERE (true|[a-z_]+ (=|>|>=|<=) :[a-z]+)( AND [a-z_]+ (=|>|>=|<=) :[a-z]+)*( ORDER BY [a-z_]+(, [a-z_]+)*)?( LIMIT \d+)?$/;

describe('a statement that browses', () => {
  it.each(Object.entries(BROWSE_SQL))('holds names by parameters alone: %s', (_name, statement) => {
    expect(statement(50)).toMatch(FORM);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('is not made with a limit of %s', (limit) => {
    expect(() => BROWSE_SQL.catalogs(limit)).toThrow(RangeError);
  });
});
