/** A value of Thrift's compact protocol, to write footers that no ordinary writer writes. */
export type Thrift =
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly text: string | Uint8Array }
  | { readonly flag: boolean }
  | { readonly list: readonly Thrift[] }
  | { readonly fields: Readonly<Record<number, Thrift>> };

/** A struct by the numbers of its fields; those without a value are left out. */
export function struct(fields: Readonly<Record<number, Thrift | undefined>>): Thrift {
  const present = Object.entries(fields).flatMap(([id, field]) => (field === undefined ? [] : [[id, field] as const]));
  return { fields: Object.fromEntries(present) };
}

/** A file whose footer is `metadata`, after `dataBytes` of anything. */
export function fileWith(metadata: Thrift, dataBytes = 1_000): Buffer {
  const footer = Buffer.from(encode(metadata));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(dataBytes), footer, length, Buffer.from('PAR1')]);
}

function encode(value: Thrift): number[] {
  if ('i32' in value) return zigzag(value.i32);
  if ('i64' in value) return zigzag(value.i64);
  if ('flag' in value) return [value.flag ? 1 : 2];
  if ('text' in value) {
    const bytes = Buffer.from(value.text);
    return [...varint(bytes.length), ...bytes];
  }
  if ('list' in value) {
    const kind = value.list[0] === undefined ? 12 : wireType(value.list[0]);
    return [0xf0 | kind, ...varint(value.list.length), ...value.list.flatMap(encode)];
  }
  let previous = 0;
  const bytes: number[] = [];
  for (const [key, field] of Object.entries(value.fields)) {
    const id = Number(key);
    bytes.push(((id - previous) << 4) | wireType(field));
    if (!('flag' in field)) bytes.push(...encode(field));
    previous = id;
  }
  return [...bytes, 0];
}

function wireType(value: Thrift): number {
  if ('i32' in value) return 5;
  if ('i64' in value) return 6;
  if ('text' in value) return 8;
  if ('list' in value) return 9;
  if ('fields' in value) return 12;
  return value.flag ? 1 : 2;
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return [...bytes, rest];
}

function zigzag(value: number): number[] {
  return varint(value >= 0 ? value * 2 : -value * 2 - 1);
}
