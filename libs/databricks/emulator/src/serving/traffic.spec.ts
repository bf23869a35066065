import { Traffic } from './traffic';

describe('traffic', () => {
  it.each([[[100]], [[20, 80]], [[33, 33, 34]], [[1, 99]], [[0, 100]]])(
    'of any hundred requests in a row gives each route its share: %j',
    (percentages) => {
      const traffic = new Traffic(percentages.map((percentage, index) => ({ entity: String(index), percentage })));
      const taken = Array.from({ length: 250 }, () => traffic.next());

      for (const start of [0, 37, 150]) {
        const hundred = taken.slice(start, start + 100);
        expect(
          percentages.map((_percentage, index) => hundred.filter((name) => name === String(index)).length),
        ).toEqual(percentages);
      }
    },
  );
});
