import { formatShare } from './format-share';

it.each([
  [0, '0 %'],
  [0.000123, '0.012 %'],
  [0.045, '4.5 %'],
  [0.3849, '38 %'],
  [1, '100 %'],
  [12.5, '1,250 %'],
])('writes %d as %s', (ratio, text) => {
  expect(formatShare(ratio)).toBe(text);
});
