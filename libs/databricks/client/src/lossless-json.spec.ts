import { parseLossless } from './lossless-json';

describe('JSON of the platform', () => {
  it('keeps an int64 that a number cannot hold', () => {
    expect(parseLossless('{"size":9007199254740993,"small":12}')).toEqual({ size: '9007199254740993', small: 12 });
  });

  it('gives ids as strings whatever their size', () => {
    expect(parseLossless('{"job_id":7,"id":900719925474099312,"run_ids":[1],"width":1}')).toEqual({
      job_id: '7',
      id: '900719925474099312',
      run_ids: [1],
      width: 1,
    });
  });

  it('leaves fractions and exponents alone', () => {
    expect(parseLossless('{"id":1.5,"x":1e30}')).toEqual({ id: 1.5, x: 1e30 });
  });
});
