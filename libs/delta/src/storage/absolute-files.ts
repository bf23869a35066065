import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { StorageNotFound, UnsupportedTableFeature } from '../errors';

/**
 * Opens what a log names by an absolute path, as shallow clones and converted tables do, in the folders an engine was
 * allowed, and nowhere else: whoever can write a log could otherwise read whatever this process can.
 */
export class AbsoluteFiles {
  /** `roots` are real paths. */
  constructor(private readonly roots: readonly string[]) {}

  /** The real file; UnsupportedTableFeature where it is not allowed. `kind` is a word for the message. */
  async localFile(path: string, kind: 'data file' | 'deletion vector'): Promise<string> {
    if (!path.startsWith('/') || path.includes('\0') || path.split('/').includes('..')) throw refused(path, kind);
    // Before anything is touched, so that an answer tells nothing about files elsewhere.
    if (!this.allows(path)) throw refused(path, kind);
    let real: string;
    try {
      real = await realpath(path);
    } catch (cause) {
      throw new StorageNotFound(path, { cause });
    }
    if (!this.allows(real)) throw refused(path, kind);
    return real;
  }

  private allows(path: string): boolean {
    return this.roots.some((root) => path.startsWith(root.endsWith(sep) ? root : root + sep));
  }
}

function refused(path: string, kind: string): UnsupportedTableFeature {
  return new UnsupportedTableFeature(
    [`absolute ${kind} paths`],
    `The ${kind} ${path} is outside the table's folder and is not opened`,
  );
}
