interface Entry {
  path: string;
  size?: unknown;
  deletionVector?: { storageType?: unknown; pathOrInlineDv?: unknown; offset?: unknown } | null;
}

interface Line {
  add?: Entry;
  remove?: Entry;
}

const COMMIT = /^_delta_log\/(\d{20})\.json$/;

/**
 * The files of the newest version by the plainest replay there is: every commit from the first on, line by line. Undefined
 * where it cannot tell, because something is not as simple as that.
 */
export function naiveTable(files: ReadonlyMap<string, Uint8Array>): NaiveTable | undefined {
  try {
    return replayed(files);
  } catch {
    return undefined;
  }
}

export interface NaiveTable {
  version: number;
  files: number;
  bytes: string;
}

function replayed(files: ReadonlyMap<string, Uint8Array>): NaiveTable | undefined {
  const commits = [...files.keys()].filter((name) => COMMIT.test(name)).sort();
  const active = new Map<string, number>();
  for (const [version, name] of commits.entries()) {
    if (Number(COMMIT.exec(name)?.[1]) !== version) return undefined;
    const lines = parse(Buffer.from(files.get(name) ?? []).toString('utf8'));
    for (const { remove } of lines) if (remove !== undefined) active.delete(key(remove));
    for (const { add } of lines) {
      if (add === undefined) continue;
      if (typeof add.size !== 'number') return undefined;
      active.set(key(add), add.size);
    }
  }
  const bytes = [...active.values()].reduce((sum, size) => sum + size, 0);
  return { version: commits.length - 1, files: active.size, bytes: String(bytes) };
}

function parse(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Line);
}

function key({ path, deletionVector: vector }: Entry): string {
  return JSON.stringify([decodeURIComponent(path), vector?.storageType, vector?.pathOrInlineDv, vector?.offset]);
}
