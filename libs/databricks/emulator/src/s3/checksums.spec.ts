import { newChecksum, type ChecksumName } from './checksums';

/** The check values of the CRC catalogue and of FIPS 180-4, all of `123456789`. */
const known: [ChecksumName, string][] = [
  ['crc32', 'cbf43926'],
  ['crc32c', 'e3069283'],
  ['crc64nvme', 'ae8b14860a799888'],
  ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ['sha256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
];

describe('checksums of uploads', () => {
  it.each(known)('%s of 123456789 is the published one, in one piece or in several', (name, hex) => {
    const whole = newChecksum(name);
    whole.update(Buffer.from('123456789'));
    expect(Buffer.from(whole.digest(), 'base64').toString('hex')).toBe(hex);

    const pieces = newChecksum(name);
    for (const piece of ['1', '2345', '', '6789']) pieces.update(Buffer.from(piece));
    expect(Buffer.from(pieces.digest(), 'base64').toString('hex')).toBe(hex);
  });
});
