import { TableCorrupt } from '../errors';

/** ZeroMQ's base 85 (rfc.zeromq.org/spec/32), which Delta uses for UUIDs and inline vectors. */
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const DIGITS = new Map([...ALPHABET].map((character, digit) => [character, digit]));

export function decodeZ85(text: string): Buffer {
  if (text.length % 5 !== 0) throw malformed();
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let group = 0; group < text.length / 5; group += 1) {
    let value = 0;
    for (const character of text.slice(group * 5, group * 5 + 5)) {
      const digit = DIGITS.get(character);
      if (digit === undefined) throw malformed();
      value = value * 85 + digit;
    }
    if (value > 0xffffffff) throw malformed();
    bytes.writeUInt32BE(value, group * 4);
  }
  return bytes;
}

function malformed(): TableCorrupt {
  return new TableCorrupt({ message: 'A deletion vector is not valid Z85', missing: 'deletion vector' });
}
