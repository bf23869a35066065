import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeSynced, removeUnfinished, syncFolder } from '@lakescope/delta';
import { codeOf } from '../source/local-files';

/** More are forgotten, and looked at once more when they are needed again. */
const MOST_KNOWN = 4_096;

/**
 * Makes the folders below a root so that they are on the disk: a file is only sure to be there after a power cut when every name on the way to
 * it is. Those that are there already are made sure of as well, once: who made them may have died before that.
 */
export class MadeFolders {
  private readonly known = new Map<string, Promise<void>>();
  private readonly tidy = new Map<string, Promise<void>>();

  constructor(private readonly root: string) {}

  /** `folder` is the root or lies below it. */
  make(folder: string): Promise<void> {
    const known = this.known.get(folder);
    if (known !== undefined) return known;
    const making = folder === this.root ? makeSynced(folder) : this.makeBelow(folder);
    return remembered(this.known, folder, making);
  }

  /** The same, and nothing is left in it of writers that were killed. */
  makeTidy(folder: string): Promise<void> {
    const tidy = this.tidy.get(folder);
    if (tidy !== undefined) return tidy;
    return remembered(
      this.tidy,
      folder,
      this.make(folder).then(() => removeUnfinished(folder)),
    );
  }

  private async makeBelow(folder: string): Promise<void> {
    await this.make(dirname(folder));
    try {
      await mkdir(folder);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    await syncFolder(dirname(folder));
  }
}

function remembered(all: Map<string, Promise<void>>, folder: string, making: Promise<void>): Promise<void> {
  all.set(folder, making);
  making.catch(() => all.delete(folder));
  const [oldest] = all.keys();
  if (all.size > MOST_KNOWN && oldest !== undefined) all.delete(oldest);
  return making;
}
