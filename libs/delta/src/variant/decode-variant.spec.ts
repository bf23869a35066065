import { TableCorrupt, UnsupportedTableFeature } from '../errors';
import { decodeVariant } from './decode-variant';

const NO_NAMES = Buffer.from('010000', 'hex');
/** The names a, b, c, in one-byte offsets. */
const ABC = Buffer.from('010300010203616263', 'hex');

function decode(hex: string, metadata = NO_NAMES): unknown {
  return decodeVariant(metadata, Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

/** The head of a primitive, as the encoding numbers them. */
function primitive(type: number, data = ''): string {
  return Buffer.from([type << 2]).toString('hex') + data;
}

function micros(iso: string, extra = 0n, unit = 1_000n): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(Date.parse(iso)) * unit + extra);
  return bytes.toString('hex');
}

describe('a variant', () => {
  it.each<[string, string, unknown]>([
    ['null', primitive(0), null],
    ['true', primitive(1), true],
    ['false', primitive(2), false],
    ['int8', primitive(3, 'ff'), -1],
    ['int16', primitive(4, '2c01'), 300],
    ['int32', primitive(5, '00000080'), -2147483648],
    ['int64 that a double holds', primitive(6, '6400000000000000'), 100],
    ['int64 beyond a double', primitive(6, '0100000000002000'), '9007199254740993'],
    ['the smallest int64', primitive(6, '0000000000000080'), '-9223372036854775808'],
    ['double', primitive(7, '000000000000f83f'), 1.5],
    ['NaN', primitive(7, '000000000000f87f'), 'NaN'],
    ['-Infinity', primitive(7, '000000000000f0ff'), '-Infinity'],
    ['decimal4', primitive(8, '020f000000'), 0.15],
    ['decimal4 with a zero at its end', primitive(8, '02e2040000'), '12.50'],
    ['decimal8', primitive(9, '03ffffffffffffffff'), -0.001],
    ['decimal8 beyond a double', primitive(9, '02ffffffffffffff7f'), '92233720368547758.07'],
    ['decimal16', primitive(10, '0effffffffffffffffffffffffffffffff'), '-0.00000000000001'],
    [
      'the largest decimal16',
      primitive(10, '00ffffffff3f228a097ac4865aa84c3b4b'),
      '99999999999999999999999999999999999999',
    ],
    ['date', primitive(11, '00000000'), '1970-01-01'],
    ['date before the epoch', primitive(11, 'ffffffff'), '1969-12-31'],
    ['timestamp', primitive(12, micros('2024-01-02T03:04:05Z', 6n)), '2024-01-02T03:04:05.000006Z'],
    ['timestamp without zone', primitive(13, micros('1969-12-31T23:59:59Z')), '1969-12-31T23:59:59.000000'],
    ['float', primitive(14, 'cdcccc3d'), 0.1],
    ['float NaN', primitive(14, '0000c07f'), 'NaN'],
    ['binary', primitive(15, '02000000 00ff'), 'AP8='],
    ['long string', primitive(16, '02000000 c3a4'), 'ä'],
    ['time', primitive(17, '6093020f0a000000'), '12:00:01.500000'],
    ['nanoseconds', primitive(18, micros('2024-01-02T03:04:05Z', 7n, 1_000_000n)), '2024-01-02T03:04:05.000000007Z'],
    ['nanoseconds without zone', primitive(19, 'ffffffffffffffff'), '1969-12-31T23:59:59.999999999'],
    ['uuid', primitive(20, '00112233445566778899aabbccddeeff'), '00112233-4455-6677-8899-aabbccddeeff'],
    ['short string', '0d 737472', 'str'],
    ['empty string', '01', ''],
  ])('may be %s', (_, hex, json) => {
    expect(decode(hex)).toEqual(json);
  });

  it('may be an object, whose values lie in any order', () => {
    // a at offset 2, b at 0: the values stand as they were written.
    expect(decode('02 02 0001 020004 0c07 0c09', ABC)).toEqual({ a: 9, b: 7 });
    expect(decode('02 00 00', ABC)).toEqual({});
  });

  it('may be an array of anything, in wide and narrow forms', () => {
    const nested = '02 01 02 00 04 0d 737472';
    expect(decode(`03 03 00 01 03 0b 00 0c05 ${nested}`, ABC)).toEqual([null, 5, { c: 'str' }]);
    expect(decode('1b 02000000 000000 010000 020000 00 04', ABC)).toEqual([null, true]);
    expect(decode('56 01000000 0000 0000 0100 04', ABC)).toEqual({ a: true });
  });

  it('keeps names that mean something to JavaScript', () => {
    const metadata = Buffer.concat([Buffer.from([1, 1, 0, 9]), Buffer.from('__proto__')]);
    expect(JSON.stringify(decode('02 01 00 00 01 04', metadata))).toBe('{"__proto__":true}');
  });

  it.each([
    ['cut off', '18 0000'],
    ['empty', ''],
    ['a text longer than it', 'fd 61'],
    ['a binary longer than it', primitive(15, 'ffffffff 00')],
    ['a name that is not there', '02 01 05 00 01 04'],
    ['more items than bytes', '13 ffffffff 00'],
    ['a name twice', '02 02 0000 000102 04 08'],
    ['no UTF-8', '05 ff'],
    ['a scale beyond 38', primitive(8, '27 00000000')],
    ['twenty times the same list of twenty', `0314${'00'.repeat(21)} 0314${'00'.repeat(21)} 00`],
  ])('that is broken is corrupt: %s', (_, hex) => {
    expect(() => decode(hex, ABC)).toThrow(TableCorrupt);
  });

  it('that is nested too deep is corrupt and not the end of the process', () => {
    let deep = Buffer.from([0]);
    for (let level = 0; level < 5_000; level += 1) {
      const head = Buffer.alloc(10);
      head.writeUInt8(3 | (3 << 2), 0);
      head.writeUInt8(1, 1);
      head.writeUInt32LE(deep.length, 6);
      deep = Buffer.concat([head, deep]);
    }
    expect(() => decodeVariant(NO_NAMES, deep)).toThrow('levels deep');
  });

  it('of a type or version that is not known is refused by its number', () => {
    expect(() => decode(primitive(21))).toThrow(UnsupportedTableFeature);
    expect(() => decode('00', Buffer.from('020000', 'hex'))).toThrow('variant encoding 2');
  });
});
