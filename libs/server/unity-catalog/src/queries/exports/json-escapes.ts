const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
/** What the letter behind a backslash stands for; https://www.rfc-editor.org/rfc/rfc8259#section-7 */
const MEANT: ReadonlyMap<number, number> = new Map(
  Object.entries({ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }).map(
    ([letter, meant]) => [letter.charCodeAt(0), meant.charCodeAt(0)],
  ),
);
const UNPAIRED = 0xfffd;

/**
 * Replaces the escapes of a JSON text by what they mean, in UTF-8, which is never longer; answers the new end, or undefined when there is
 * an escape that JSON does not have.
 */
export function unescapeInPlace(bytes: Buffer, start: number, end: number): number | undefined {
  let write = bytes.indexOf(BACKSLASH, start);
  for (let read = write; read < end;) {
    const byte = bytes[read] ?? 0;
    if (byte !== BACKSLASH) {
      bytes[write++] = byte;
      read += 1;
      continue;
    }
    const letter = bytes[read + 1] ?? 0;
    const meant = MEANT.get(letter);
    if (meant !== undefined) {
      bytes[write++] = meant;
      read += 2;
      continue;
    }
    const unit = letter === LOWER_U ? unitAt(bytes, read + 2, end) : undefined;
    if (unit === undefined) return undefined;
    read += 6;
    const isPair = unit >= 0xd800 && unit < 0xdc00 && bytes[read] === BACKSLASH && bytes[read + 1] === LOWER_U;
    const low = isPair ? unitAt(bytes, read + 2, end) : undefined;
    if (low !== undefined && low >= 0xdc00 && low < 0xe000) {
      write += bytes.write(String.fromCharCode(unit, low), write);
      read += 6;
    } else {
      const isAlone = unit >= 0xd800 && unit < 0xe000;
      write += bytes.write(String.fromCharCode(isAlone ? UNPAIRED : unit), write);
    }
  }
  return write;
}

/** The UTF-16 unit of four hexadecimal digits. */
function unitAt(bytes: Buffer, at: number, end: number): number | undefined {
  const digits = bytes.toString('latin1', at, Math.min(at + 4, end));
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}
