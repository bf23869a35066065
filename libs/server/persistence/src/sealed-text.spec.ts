import { Secret } from '@lakescope/databricks-client';
import { SecretsConfig } from '@lakescope/server-config';
import { SealedText } from './sealed-text';

const PLACE = 'alert_rules.webhook:1';

describe('a sealed text', () => {
  it('comes back as it was, and looks different each time', () => {
    const sealing = sealingWith('the secret');

    const [one, other] = [
      sealing.seal(new Secret('https://hooks.example/ü'), PLACE),
      sealing.seal(new Secret('https://hooks.example/ü'), PLACE),
    ];

    expect(sealing.open(one, PLACE).reveal()).toBe('https://hooks.example/ü');
    expect(one.includes('hooks')).toBe(false);
    expect(one.equals(other)).toBe(false);
  });

  it('is opened with the secret before the last rotation too, and sealed with the present one', () => {
    const old = sealingWith('old').seal(new Secret('text'), PLACE);
    const rotated = sealingWith('new', 'old');

    expect(rotated.open(old, PLACE).reveal()).toBe('text');
    expect(
      sealingWith('new')
        .open(rotated.seal(rotated.open(old, PLACE), PLACE), PLACE)
        .reveal(),
    ).toBe('text');
  });

  it('is sealed anew once after a rotation, so that the old secret can go', () => {
    const old = sealingWith('old').seal(new Secret('text'), PLACE);
    const rotated = sealingWith('new', 'old');

    const renewed = rotated.renewed(old, PLACE) ?? Buffer.alloc(0);

    expect([sealingWith('old').isRotated, rotated.isRotated]).toEqual([false, true]);
    expect(sealingWith('new').open(renewed, PLACE).reveal()).toBe('text');
    expect(rotated.renewed(renewed, PLACE)).toBeUndefined();
    expect(() => sealingWith('new').renewed(old, PLACE)).toThrow('cannot be read');
  });

  it.each([
    ['another secret', (sealed: Buffer) => sealingWith('another').open(sealed, PLACE)],
    ['another place', (sealed: Buffer) => sealingWith('the secret').open(sealed, 'alert_rules.webhook:2')],
    ['a changed byte', (sealed: Buffer) => sealingWith('the secret').open(flipped(sealed, sealed.length - 1), PLACE)],
    ['a changed tag', (sealed: Buffer) => sealingWith('the secret').open(flipped(sealed, 14), PLACE)],
    ['an unknown version', (sealed: Buffer) => sealingWith('the secret').open(flipped(sealed, 0), PLACE)],
    ['too few bytes', (sealed: Buffer) => sealingWith('the secret').open(sealed.subarray(0, 20), PLACE)],
  ])('is not opened with %s', (_, open) => {
    const sealed = sealingWith('the secret').seal(new Secret('text'), PLACE);

    expect(() => open(sealed)).toThrow('cannot be read');
  });

  it('is not made without a secret', () => {
    expect(sealingWith().isPossible).toBe(false);
    expect(() => sealingWith().seal(new Secret('text'), PLACE)).toThrow('no secret of its own');
  });
});

function sealingWith(...secrets: string[]): SealedText {
  return new SealedText(
    new SecretsConfig(
      [],
      secrets.length > 0,
      secrets.map((secret) => new Secret(secret)),
    ),
  );
}

function flipped(bytes: Buffer, index: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[index] = (changed[index] ?? 0) ^ 1;
  return changed;
}
