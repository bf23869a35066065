import { ToldLines } from './told-lines';

describe('lines that were told', () => {
  const line = (timestamp: number | undefined, message: string) => ({ source: 'APP', timestamp, message });

  it('are told once, however often the platform tells them again', () => {
    const told = new ToldLines();
    const first = ['a', 'b'].map((message) => told.isNew(line(1, message)));
    told.connectedAgain();
    const second = ['a', 'b', 'c'].map((message) => told.isNew(line(1, message)));
    told.connectedAgain();
    const third = ['a', 'b', 'c', 'd'].map((message) => told.isNew(line(1, message)));

    expect([first, second, third]).toEqual([
      [true, true],
      [false, false, true],
      [false, false, false, true],
    ]);
  });

  it('that were written twice in one moment are told twice', () => {
    const told = new ToldLines();
    const first = [told.isNew(line(1, 'a')), told.isNew(line(1, 'a'))];
    told.connectedAgain();
    const second = [told.isNew(line(1, 'a')), told.isNew(line(1, 'a')), told.isNew(line(1, 'a'))];

    expect([first, second]).toEqual([
      [true, true],
      [false, false, true],
    ]);
  });

  it('are new when they were written at another time', () => {
    const told = new ToldLines();
    told.isNew(line(1, 'a'));
    told.connectedAgain();

    expect(told.isNew(line(2, 'a'))).toBe(true);
  });

  it('are told always when nobody knows when they were written', () => {
    const told = new ToldLines();
    told.isNew(line(undefined, 'a'));
    told.connectedAgain();

    expect(told.isNew(line(undefined, 'a'))).toBe(true);
  });

  it('need no more room than so much, and are not told again when they are forgotten', () => {
    const told = new ToldLines(10);
    for (let at = 0; at < 100; at++) told.isNew(line(at, 'a'));
    told.connectedAgain();
    const again = Array.from({ length: 100 }, (_, at) => told.isNew(line(at, 'a')));

    expect(again).not.toContain(true);
    expect(told.isNew(line(100, 'a'))).toBe(true);
  });
});
