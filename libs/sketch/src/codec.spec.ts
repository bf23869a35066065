import { Sketch } from './sketch';

describe('what a sketch is written down as', () => {
  it('takes a byte for each value of its own bucket beside the next', () => {
    const sketch = new Sketch();
    for (let index = 0; index < 50; index++) sketch.addToBucket(index, 1);

    // Length, version, zeros, number, first index, and the buckets.
    expect(sketch.encode()).toHaveLength(5 + 50);
  });

  it('says how far a bucket is from the one before where it is no neighbour', () => {
    const sketch = new Sketch();
    sketch.addToBucket(3, 1);
    sketch.addToBucket(5, 1);

    expect([...sketch.encode()]).toEqual([7, 1, 0, 2, 6, 2, 3, 2]);
  });

  it.each([
    ['a neighbour with a distance', [7, 1, 0, 2, 6, 2, 3, 1], 'a neighbour'],
    ['a first bucket with a distance', [6, 1, 0, 1, 6, 3, 2], 'a neighbour'],
    ['an empty bucket', [5, 1, 0, 1, 6, 0], 'an empty bucket'],
    ['a distance out of every range', [10, 1, 0, 2, 6, 2, 3, 0x80, 0x80, 0x80, 0x01], 'there is no bucket'],
  ])('is refused with %s', (_, bytes, reason) => {
    expect(() => Sketch.decode(Uint8Array.from(bytes))).toThrow(reason);
  });

  it('is not written down with more in one bucket than can be read again', () => {
    const sketch = new Sketch();
    sketch.addToBucket(0, 2 ** 52);

    expect(() => sketch.encode()).toThrow(RangeError);
  });
});
