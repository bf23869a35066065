const WHOLE_NUMBERS: Readonly<Record<string, string>> = {
  spark_tinyint: 'TINYINT',
  spark_smallint: 'SMALLINT',
  spark_int: 'INTEGER',
  spark_bigint: 'BIGINT',
};

/** Casts to whole numbers cut fractions; DuckDB's round. */
function wholeNumberMacros(): string[] {
  return Object.entries(WHOLE_NUMBERS).flatMap(([name, type]) =>
    ['', 'try_'].map((attempt) => {
      const cast = attempt === '' ? 'CAST' : 'TRY_CAST';
      return `CREATE MACRO ${attempt}${name}(x) AS CASE
        WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN ${cast}(trunc(TRY_CAST(x AS DOUBLE)) AS ${type})
        WHEN starts_with(typeof(x), 'DECIMAL(') AND ends_with(typeof(x), ')') THEN ${cast}(trunc(TRY_CAST(x AS DECIMAL(38, 10))) AS ${type})
        ELSE ${cast}(x AS ${type}) END`;
    }),
  );
}

/** Times as text have no zone; the session's is UTC. */
function textMacros(): string[] {
  return ['', 'try_'].map((attempt) => {
    const cast = attempt === '' ? 'CAST' : 'TRY_CAST';
    return `CREATE MACRO ${attempt}spark_string(x) AS CASE
      WHEN typeof(x) = 'TIMESTAMP WITH TIME ZONE' THEN CAST(TRY_CAST(TRY_CAST(x AS TIMESTAMPTZ) AS TIMESTAMP) AS VARCHAR)
      WHEN typeof(x) = 'BLOB' THEN decode(TRY_CAST(x AS BLOB))
      ELSE ${cast}(x AS VARCHAR) END`;
  });
}

/** What Databricks SQL means where DuckDB means something else, as macros of every sandbox. */
export const MACROS: readonly string[] = [
  ...wholeNumberMacros(),
  ...textMacros(),
  `CREATE MACRO spark_divisor(x) AS CASE WHEN x = 0 THEN error('[DIVIDE_BY_ZERO]') ELSE x END`,
  `CREATE MACRO spark_element(value, key) AS CASE
    WHEN starts_with(typeof(value), 'MAP(') AND ends_with(typeof(value), ')') THEN value[key] ELSE value[key + 1] END`,
];
