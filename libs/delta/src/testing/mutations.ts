export type Random = (below: number) => number;

/** Numbers that look random and are the same for a seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const TEXTS = ['"', '{', '}', '\\', 'null', '-1', '1e400', '"../x"', '[]', '99999999999999999999', '\u0000', '\n'];

/** Damages a file of the log in one of the ways that disks, people and half-finished copies do; says which. */
export function mutate(files: Map<string, Uint8Array>, random: Random): string {
  const names = [...files.keys()].filter((name) => name.startsWith('_delta_log/') && !name.endsWith('.crc')).sort();
  const name = names[random(names.length)] ?? '';
  const bytes = Buffer.from(files.get(name) ?? []);
  const lines = bytes.toString('utf8').split('\n');
  const [at, other] = [random(lines.length), random(lines.length)];
  const line = lines[at] ?? '';
  switch (random(8)) {
    case 0: {
      const position = random(bytes.length);
      bytes.writeUInt8(bytes.readUInt8(position) ^ (1 << random(8)), position);
      files.set(name, bytes);
      return `a bit of ${name} at ${position}`;
    }
    case 1: {
      const length = random(bytes.length);
      files.set(name, bytes.subarray(0, length));
      return `${name} cut off at ${length}`;
    }
    case 2:
      lines[at] = lines[other] ?? '';
      lines[other] = line;
      break;
    case 3:
      lines.splice(at, 1);
      break;
    case 4:
      lines.splice(other, 0, line);
      break;
    case 5: {
      const value = TEXTS[random(TEXTS.length)] ?? '';
      const start = random(line.length + 1);
      lines[at] = line.slice(0, start) + value + line.slice(start + random(4));
      break;
    }
    case 6:
      files.delete(name);
      return `${name} deleted`;
    default: {
      const source = names[random(names.length)] ?? '';
      files.set(name, files.get(source) ?? bytes);
      return `${name} replaced by ${source}`;
    }
  }
  files.set(name, Buffer.from(lines.join('\n')));
  return `lines ${at} and ${other} of ${name}`;
}
