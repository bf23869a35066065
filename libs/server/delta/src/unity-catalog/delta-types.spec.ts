import { deltaType } from './delta-types';
import { sparkTimeText } from './spark-time';

describe('what the warehouse writes, in the words of the log', () => {
  it.each([
    ['BIGINT', 'long'],
    ['int', 'integer'],
    ['TINYINT', 'byte'],
    ['smallint', 'short'],
    ['DECIMAL(38,18)', 'decimal(38,18)'],
    ['decimal', 'decimal(10,0)'],
    ['VARCHAR(20)', 'string'],
    ['TIMESTAMP_NTZ', 'timestamp_ntz'],
    ['ARRAY<BIGINT>', 'array<long>'],
    ['MAP<STRING, ARRAY<INT>>', 'map<string, array<integer>>'],
    ["STRUCT<a: BIGINT NOT NULL COMMENT 'x', `b c`: STRING>", 'struct<a: long, b c: string>'],
    ['VARIANT', 'variant'],
    ['ARRAY<', 'array<'],
  ])('has the type %s as %s', (spark, delta) => {
    expect(deltaType(spark)).toBe(delta);
  });

  it.each([
    ['2026-01-31T10:00:00.000Z', true, '2026-01-31T10:00:00.000000Z'],
    ['2026-01-31 10:00:00.1234567', false, '2026-01-31T10:00:00.123456'],
    ['2026-01-31T10:00:00', true, '2026-01-31T10:00:00.000000Z'],
    ['+12026-01-31T10:00:00Z', true, '+12026-01-31T10:00:00.000000Z'],
    ['tomorrow', true, 'tomorrow'],
    ['2026-01-31T10:00:00Z', false, '2026-01-31T10:00:00Z'],
  ])('has the time %s (with a zone: %s) as %s', (cell, hasZone, text) => {
    expect(sparkTimeText(cell, hasZone)).toBe(text);
  });
});
