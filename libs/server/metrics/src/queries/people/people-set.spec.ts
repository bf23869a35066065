import { PeopleSet } from './people-set';

describe('a set of people', () => {
  const setOf = (...people: number[]): PeopleSet => {
    const set = new PeopleSet();
    for (const person of people) set.add(person);
    return set;
  };

  it('counts everybody once', () => {
    expect(setOf().size).toBe(0);
    expect(setOf(0, 31, 32, 63, 64, 1_000, 31).size).toBe(6);
  });

  it('counts as many as there can be', () => {
    const everybody = setOf(...Array.from({ length: 4_099 }, (_, person) => person));
    expect(everybody.size).toBe(4_099);
    expect(everybody.bytes).toBe(Math.ceil(4_099 / 32) * 4);
  });

  it.each([
    ['a larger one', [1, 2], [2, 900]],
    ['a smaller one', [1, 900, 2], [2]],
    ['an empty one', [1, 2, 900], []],
  ])('takes in all of %s and leaves that as it is', (_, some, others) => {
    const [set, other] = [setOf(...some), setOf(...others)];
    set.addAll(other);
    expect(set.size).toBe(3);
    expect(other.size).toBe(others.length);
  });
});
