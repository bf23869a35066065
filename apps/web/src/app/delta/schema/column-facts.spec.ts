import { columnFacts, constraintsOf } from './column-facts';

describe('what the schema says of a column', () => {
  it('is said in words where the protocol defines it', () => {
    expect(
      columnFacts({
        comment: 'shown elsewhere',
        'delta.columnMapping.id': 4,
        'delta.identity.start': 1,
        'delta.identity.step': 2,
        'delta.identity.highWaterMark': 9,
        'delta.identity.allowExplicitInsert': false,
        CURRENT_DEFAULT: "'none'",
        'delta.invariants': '{"expression":{"expression":"x > 3"}}',
        'delta.typeChanges': [{ fromType: 'short', toType: 'integer', tableVersion: 1 }],
        __COLLATIONS: { 'tags.element': 'ICU.de' },
        'delta.columnMapping.nested.ids': { 'tags.element': 7 },
        mine: { a: 1 },
      }),
    ).toEqual([
      { label: 'identity', value: 'always from 1 by 2, reached 9' },
      { label: 'mapping id', value: '4' },
      { label: 'default', value: "'none'" },
      { label: 'invariant', value: 'x > 3' },
      { label: 'type changed', value: 'short → integer in version 1' },
      { label: 'collation (tags.element)', value: 'ICU.de' },
      { label: 'mapping id (tags.element)', value: '7' },
      { label: 'mine', value: '{"a":1}' },
    ]);
  });

  it('stays as it stands where it is not what it should be', () => {
    expect(columnFacts({ 'delta.invariants': '{', 'delta.typeChanges': 'none' })).toEqual([
      { label: 'invariant', value: '{' },
      { label: 'type changes', value: 'none' },
    ]);
  });

  it('goes with the conditions of the table', () => {
    expect(constraintsOf({ 'delta.constraints.positive': 'x > 0', 'delta.appendOnly': 'true' })).toEqual([
      { label: 'positive', value: 'x > 0' },
    ]);
  });
});
