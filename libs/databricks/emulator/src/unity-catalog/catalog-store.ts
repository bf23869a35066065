import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JsonDocument } from '../state/json-document';
import { ChangeJournal } from './change-journal';
import { grantSchema, readLine, securableSchema, writeLine, type WrittenSecurable } from './journal-line';
import { READER, type Privilege } from './privileges';
import { SecurableIndex, type CatalogChange } from './securable-index';
import type { Grant } from './securables';
import { TextFile } from './stored-text';

interface CatalogDocument {
  /** Empty since version 3, which keeps everything in the journal. */
  securables: WrittenSecurable[];
  grants: Grant[];
  /** Which journal counts: `unity-catalog.<journal>.jsonl`. Absent before version 3. */
  journal?: number;
}

/** A journal is written anew when it has this many lines more than twice what is left of them. */
const LONG_JOURNAL = 1000;
/** How many lines are put together before they are written, so that a large catalog is never one text. */
const LINES_AT_ONCE = 5000;

const READERS_BEFORE: readonly Privilege[] = ['USE_CATALOG', 'USE_SCHEMA', 'READ_VOLUME'];

/**
 * What is in Unity Catalog, kept as a journal of changes and a document that says which journal counts. Readers see a
 * change at once, its promise settles when it is on disk, and it costs one line. All changes of one call are kept or none.
 */
export class CatalogStore {
  private constructor(
    readonly index: SecurableIndex,
    private readonly journal: ChangeJournal,
    private readonly texts: TextFile,
  ) {}

  static async open(folder: string): Promise<CatalogStore> {
    const document = await JsonDocument.open<CatalogDocument>(join(folder, 'unity-catalog.json'), {
      // Version 1 knew three privileges only, version 2 no journal, version 3 neither models nor external locations.
      version: 4,
      schema: {
        type: 'object',
        required: ['securables', 'grants'],
        properties: {
          securables: { type: 'array', items: securableSchema },
          grants: { type: 'array', items: grantSchema },
          journal: { type: 'integer', nullable: true },
        },
      },
      create: () => ({ securables: [], grants: [], journal: 1 }),
    });
    const { securables, grants, journal: known } = document.read();
    const number = known ?? 0;
    const index = new SecurableIndex();
    for (const put of securables) index.apply({ put });
    for (const grant of grants) index.apply({ grant: withTables(grant) });
    const read = await openJournal(folder, number, index);

    // An older release must find a version it refuses, not a catalog without the latest changes.
    const anew = known === undefined || document.isOutdated || read.lines > LONG_JOURNAL + 2 * index.size;
    await removeOtherJournals(folder, number);
    if (!anew) return new CatalogStore(index, read.journal, read.texts);
    const current = number + 1;
    const fresh = await openJournal(folder, current, new SecurableIndex());
    await writeAll(fresh.journal, index);
    await document.write({ securables: [], grants: [], journal: current });
    await fresh.journal.close();
    // What lies in the old journal is read from the new one from now on.
    read.texts.close();
    await removeOtherJournals(folder, current);
    const rewritten = new SecurableIndex();
    const { journal, texts } = await openJournal(folder, current, rewritten);
    return new CatalogStore(rewritten, journal, texts);
  }

  change(...changes: CatalogChange[]): Promise<void> {
    for (const change of changes) this.index.apply(change);
    return this.journal.append(writeLine(changes));
  }

  async settle(): Promise<void> {
    await this.journal.close();
    this.texts.close();
  }
}

/** Applies the journal of this number, which need not be there, to the index. */
async function openJournal(
  folder: string,
  number: number,
  index: SecurableIndex,
): Promise<{ journal: ChangeJournal; lines: number; texts: TextFile }> {
  const file = journalFile(folder, number);
  const texts = new TextFile(file);
  const read = await ChangeJournal.open(file, (line, offset) => {
    const changes = readLine(line, offset, texts);
    for (const change of changes ?? []) index.apply(change);
    return changes !== undefined;
  });
  return { ...read, texts };
}

async function writeAll(journal: ChangeJournal, index: SecurableIndex): Promise<void> {
  let lines = 0;
  let written: Promise<void> | undefined;
  for (const change of index.contents()) {
    written = journal.append(writeLine([change]));
    lines += 1;
    if (lines % LINES_AT_ONCE === 0) await written;
  }
  await written;
}

/** Before version 3 there were no tables, so whoever was made a reader could not be given the right to read them. */
function withTables(grant: Grant): Grant {
  const wasReader = READERS_BEFORE.every((privilege) => grant.privileges.includes(privilege));
  return wasReader ? { ...grant, privileges: [...new Set([...grant.privileges, ...READER])] } : grant;
}

function journalFile(folder: string, number: number): string {
  return join(folder, `unity-catalog.${number}.jsonl`);
}

/** Left behind when the process ended between writing the document and removing what it replaced. */
async function removeOtherJournals(folder: string, current: number): Promise<void> {
  const names = await readdir(folder);
  const others = names.filter((name) => /^unity-catalog\.\d+\.jsonl$/.test(name)).map((name) => join(folder, name));
  await Promise.all(others.filter((file) => file !== journalFile(folder, current)).map((file) => rm(file)));
}
