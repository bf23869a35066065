import { Secret } from '@lakescope/databricks-client';
import { SecretsConfig } from '@lakescope/server-config';
import { Cursors } from './cursors';
import { InvalidRequest } from './request.errors';

const cursorsOf = (...keys: string[]): Cursors =>
  new Cursors(
    new SecretsConfig(
      keys.map((key) => new Secret(key)),
      true,
    ),
  );

describe('a cursor', () => {
  it('comes back as it was given out, also on another replica', () => {
    const value = { after: 'x', page: [1, null] };

    expect(cursorsOf('k').decode('files', cursorsOf('k').encode('files', value))).toEqual(value);
  });

  it('outlives a rotation of the key', () => {
    expect(cursorsOf('new', 'old').decode('files', cursorsOf('old').encode('files', 1))).toBe(1);
  });

  it.each([
    ['another list', (cursor: string) => ['tables', cursor]],
    [
      'changed content',
      (cursor: string) => ['files', `${Buffer.from('2').toString('base64url')}.${cursor.split('.')[1]}`],
    ],
    ['no signature', (cursor: string) => ['files', cursor.split('.')[0]]],
    ['nonsense', () => ['files', '%%%']],
  ])('is refused with %s', (_, tamper) => {
    const [scope, cursor] = tamper(cursorsOf('k').encode('files', 1));

    expect(() => cursorsOf('k').decode(String(scope), String(cursor))).toThrow(InvalidRequest);
  });

  it('of a foreign key is refused', () => {
    expect(() => cursorsOf('k').decode('files', cursorsOf('other').encode('files', 1))).toThrow(InvalidRequest);
  });

  it('of texts gives as many as are asked for, and nothing for the first page', () => {
    const cursors = cursorsOf('k');

    expect(cursors.decodeTexts('files', cursors.encode('files', ['a', 'b']), 2)).toEqual(['a', 'b']);
    expect(cursors.decodeTexts('files', undefined, 2)).toBeUndefined();
  });

  it.each([[['a']], [['a', 1]], ['ab'], [{ 0: 'a', 1: 'b' }]])('of two texts is none when it says %j', (value) => {
    const cursors = cursorsOf('k');

    expect(() => cursors.decodeTexts('files', cursors.encode('files', value), 2)).toThrow(/another release/);
  });
});
