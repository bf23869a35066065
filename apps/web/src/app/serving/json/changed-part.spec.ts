import { changedPart } from './changed-part';

describe('the part in which two texts differ', () => {
  it.each([
    ['abc', 'abc'],
    ['', 'abc'],
    ['abc', ''],
    ['aXc', 'aYYc'],
    ['aa', 'aaa'],
    ['abab', 'ab'],
    ['{"a": 1}', '{"a": 1, "b": 2}'],
  ])('turns %j into %j', (before, after) => {
    const change = changedPart(before, after);
    const changed = change ? before.slice(0, change.from) + change.insert + before.slice(change.to) : before;
    expect(changed).toBe(after);
    expect(change === undefined).toBe(before === after);
  });
});
