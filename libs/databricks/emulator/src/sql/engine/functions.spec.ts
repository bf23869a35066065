import { GivenLake } from './testing/given-lake';

describe('functions', () => {
  let lake: GivenLake;
  beforeAll(async () => {
    lake = await GivenLake.open();
  });
  afterAll(() => lake.close());

  it.each([
    ['CAST(1.7 AS INT), CAST(-1.7D AS BIGINT), CAST("12" AS SMALLINT), TRY_CAST("x" AS INT)', ['1', '-1', '12', null]],
    ['7 / 2, 7 DIV 2, -7 % 3, 2 * 1.5', ['3.5', '3', '-1', '3.0']],
    [
      'CAST(TIMESTAMP "2026-01-31 10:00:00" AS STRING), CAST(true AS STRING), 5::STRING',
      ['2026-01-31 10:00:00', 'true', '5'],
    ],
    ['1 <=> NULL, NULL <=> NULL, NULL = 1, 1 IS DISTINCT FROM 2', ['false', 'true', null, 'true']],
    ['concat("a", NULL), "a" || "b", concat_ws("-", "a", NULL, "b")', [null, 'ab', 'a-b']],
    [
      'substring("hello", 2, 3), substr("abc" FROM 2), substring("abc", 0, 2), left("abc", 2)',
      ['ell', 'bc', 'ab', 'ab'],
    ],
    ['trim("  a "), trim(BOTH "x" FROM "xax"), lpad("a", 3), rpad("a", 3, "-")', ['a', 'a', '  a', 'a--']],
    [
      'split("a,b", ","), initcap("hello world"), regexp_extract("ab12", "([0-9]+)"), regexp_replace("aa", "a", "b")',
      ['["a","b"]', 'Hello World', '12', 'bb'],
    ],
    ['instr("abc", "c"), locate("c", "abc"), length("äb"), octet_length("äb")', ['3', '3', '2', '3']],
    ['nvl(NULL, 1), nvl2(NULL, 1, 2), if(true, 1, 2), coalesce(NULL, 3), nullif(1, 1)', ['1', '2', '1', '3', null]],
    ['ceil(1.2), floor(-1.2), round(2.5), round(2.555, 2), abs(-1), pmod(-7, 3)', ['2', '-2', '3', '2.56', '1', '2']],
    [
      'date_add(DATE "2026-01-31", 1), date_sub("2026-01-01", 1), datediff("2026-02-03", "2026-02-01"), add_months(DATE "2026-01-31", 1)',
      ['2026-02-01', '2025-12-31', '2', '2026-02-28'],
    ],
    [
      'dateadd(HOUR, 2, TIMESTAMP "2026-01-01 00:00:00"), datediff(MONTH, DATE "2026-01-15", DATE "2026-03-14")',
      ['2026-01-01T02:00:00.000Z', '1'],
    ],
    [
      'dayofweek(DATE "2026-02-01"), weekday(DATE "2026-02-01"), year(DATE "2026-02-01"), extract(MONTH FROM DATE "2026-02-01"), last_day(DATE "2026-02-01")',
      ['1', '6', '2026', '2', '2026-02-28'],
    ],
    [
      `date_format(TIMESTAMP "2026-02-03 14:05:06", "yyyy-MM-dd'T'HH:mm:ss EEE"), to_date("03/02/2026", "dd/MM/yyyy")`,
      ['2026-02-03T14:05:06 Tue', '2026-02-03'],
    ],
    [
      'date_trunc("MONTH", TIMESTAMP "2026-02-03 14:05:06"), trunc(DATE "2026-02-03", "YEAR")',
      ['2026-02-01T00:00:00.000Z', '2026-01-01'],
    ],
    [
      'unix_timestamp(TIMESTAMP "1970-01-02 00:00:00"), from_unixtime(86400), timestamp_millis(1500)',
      ['86400', '1970-01-02 00:00:00', '1970-01-01T00:00:01.500Z'],
    ],
    [
      'TIMESTAMP "2026-01-01 00:00:00" - INTERVAL 2 HOURS, TIMESTAMP "2026-01-01 00:00:00" + INTERVAL "1 day 2 hours"',
      ['2025-12-31T22:00:00.000Z', '2026-01-02T02:00:00.000Z'],
    ],
    [
      'array_contains(array(1), 1), size(array(1, 2)), element_at(array(5, 6), 2), sort_array(array(2, 1)), slice(array(1, 2, 3), 2, 2)',
      ['true', '2', '6', '[1,2]', '[2,3]'],
    ],
    [
      'transform(array(1, 2), x -> x + 1), filter(array(1, 2), x -> x > 1), aggregate(array(1, 2, 3), 0, (acc, x) -> acc + x)',
      ['[2,3]', '[2]', '6'],
    ],
    [
      'map("a", 1)["a"], map_keys(map("a", 1)), struct(1 AS one, 2).one, named_struct("a", 1)',
      ['1', '["a"]', '1', '{"a":1}'],
    ],
    ['get_json_object("{\\"a\\":{\\"b\\":5}}", "$.a.b"), to_json(named_struct("a", 1))', ['5', '{"a":1}']],
    ['CASE WHEN 1 > 2 THEN "a" END, CASE 1 WHEN 1 THEN "b" ELSE "c" END', [null, 'b']],
    [
      'sha2("a", 256), md5("a")',
      ['ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb', '0cc175b9c0f1b6a831c399e269772661'],
    ],
  ])('%s', async (list, row) => {
    expect(await lake.sql(`SELECT ${list}`)).toEqual([row]);
  });

  it.each([
    ['count(*), count(x), count(DISTINCT x), sum(x), avg(x), min(x), max(x)', ['5', '4', '3', '8', '2.0', '1', '3']],
    [
      'collect_list(x), sort_array(collect_set(x)), count_if(x > 1), max_by(x, y), min_by(x, y)',
      ['[1,2,2,3]', '[1,2,3]', '3', '3', '1'],
    ],
    [
      'sum(x) FILTER (WHERE x > 1), percentile(x, 0.5), percentile_cont(0.5) WITHIN GROUP (ORDER BY x), median(x)',
      ['7', '2.0', '2.0', '2.0'],
    ],
    [
      'bool_or(x > 2), every(x > 2), stddev_pop(x - x), string_agg(CAST(x AS STRING), ",")',
      ['true', 'false', '0.0', '1,2,2,3'],
    ],
  ])('aggregate: %s', async (list, row) => {
    expect(await lake.sql(`SELECT ${list} FROM VALUES (1, 1), (2, 2), (2, 3), (3, 4), (NULL, 0) AS t(x, y)`)).toEqual([
      row,
    ]);
  });

  it('over windows', async () => {
    expect(
      await lake.sql(`SELECT x, rank() OVER w, dense_rank() OVER w, lag(x, 1, 0) OVER w, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW),
        first_value(y) IGNORE NULLS OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        FROM VALUES (1, NULL), (2, 'b'), (3, 'c') AS t(x, y) WINDOW w AS (ORDER BY x) ORDER BY x`),
    ).toEqual([
      ['1', '1', '1', '0', '1', 'b'],
      ['2', '2', '2', '1', '3', 'b'],
      ['3', '3', '3', '2', '5', 'b'],
    ]);
  });
});
