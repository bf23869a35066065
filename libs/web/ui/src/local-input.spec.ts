import { instantOfLocal, localInput } from './local-input';

it('means the same instant in the field as outside', () => {
  const input = localInput('2026-03-05T06:07:00.000Z');
  expect(input).toMatch(/^2026-03-0\dT\d\d:07$/);
  expect(instantOfLocal(input)).toBe('2026-03-05T06:07:00.000Z');
  expect(localInput(undefined)).toBe('');
  expect(instantOfLocal('')).toBeUndefined();
});
