import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Ajv, { type JSONSchemaType } from 'ajv';
import { JsonDocument } from '../state/json-document';
import { ChangeJournal } from './change-journal';
import { PRIVILEGES, READER, type Privilege } from './privileges';
import { SecurableIndex, type CatalogChange } from './securable-index';
import { SECURABLE_TYPES, type Grant, type Securable, type SecurableName } from './securables';

interface CatalogDocument {
  /** Empty since version 3, which keeps everything in the journal. */
  securables: Securable[];
  grants: Grant[];
  /** Which journal counts: `unity-catalog.<journal>.jsonl`. Absent before version 3. */
  journal?: number;
}

/** A journal is written anew when it has this many lines more than twice what is left of them. */
const LONG_JOURNAL = 1000;
/** How many lines are put together before they are written, so that a large catalog is never one text. */
const LINES_AT_ONCE = 5000;

const READERS_BEFORE: readonly Privilege[] = ['USE_CATALOG', 'USE_SCHEMA', 'READ_VOLUME'];

const text = { type: 'string' } as const;
const type = { type: 'string' as const, enum: [...SECURABLE_TYPES] };

const securableName: JSONSchemaType<SecurableName> = {
  type: 'object',
  required: ['type', 'fullName'],
  properties: { type, fullName: text },
};
const rename: JSONSchemaType<SecurableName & { to: string }> = {
  type: 'object',
  required: ['type', 'fullName', 'to'],
  properties: { type, fullName: text, to: text },
};
const securable: JSONSchemaType<Securable> = {
  type: 'object',
  required: ['type', 'fullName', 'id', 'comment', 'owner', 'createdAt', 'createdBy'],
  properties: {
    type,
    fullName: text,
    id: text,
    comment: text,
    owner: text,
    createdAt: { type: 'integer' },
    createdBy: text,
    updatedAt: { type: 'integer', nullable: true },
    updatedBy: { type: 'string', nullable: true },
    properties: { type: 'object', required: [], additionalProperties: text, nullable: true },
    volumeType: { type: 'string', enum: ['MANAGED', 'EXTERNAL'], nullable: true },
    tableType: { type: 'string', enum: ['MANAGED', 'EXTERNAL', 'VIEW'], nullable: true },
    folder: { type: 'string', nullable: true },
    details: { type: 'string', nullable: true },
  },
};
const grant: JSONSchemaType<Grant> = {
  type: 'object',
  required: ['type', 'fullName', 'principal', 'privileges'],
  properties: {
    type,
    fullName: text,
    principal: text,
    privileges: { type: 'array', items: { type: 'string', enum: [...PRIVILEGES] } },
  },
};

/**
 * What is in Unity Catalog, kept as a journal of changes and a document that says which journal counts. Readers see a
 * change at once, its promise settles when it is on disk, and it costs one line. All changes of one call are kept or none.
 */
export class CatalogStore {
  private constructor(
    readonly index: SecurableIndex,
    private readonly journal: ChangeJournal<readonly CatalogChange[]>,
  ) {}

  static async open(folder: string): Promise<CatalogStore> {
    const document = await JsonDocument.open<CatalogDocument>(join(folder, 'unity-catalog.json'), {
      // Version 1 knew three privileges only, version 2 no journal, version 3 neither models nor external locations.
      version: 4,
      schema: {
        type: 'object',
        required: ['securables', 'grants'],
        properties: {
          securables: { type: 'array', items: securable },
          grants: { type: 'array', items: grant },
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
    const read = await ChangeJournal.open(journalFile(folder, number), isChanges, (changes) => {
      for (const change of changes) index.apply(change);
    });

    // An older release must find a version it refuses, not a catalog without the latest changes.
    const anew = known === undefined || read.lines > LONG_JOURNAL + 2 * index.size;
    const current = anew ? number + 1 : number;
    await removeOtherJournals(folder, number);
    if (!anew) {
      if (document.isOutdated) await document.write(document.read());
      return new CatalogStore(index, read.journal);
    }
    const fresh = await ChangeJournal.open(journalFile(folder, current), isChanges, () => undefined);
    await writeAll(fresh.journal, index);
    await document.write({ securables: [], grants: [], journal: current });
    await removeOtherJournals(folder, current);
    return new CatalogStore(index, fresh.journal);
  }

  change(...changes: CatalogChange[]): Promise<void> {
    for (const change of changes) this.index.apply(change);
    return this.journal.append(changes);
  }

  settle(): Promise<void> {
    return this.journal.close();
  }
}

const ajv = new Ajv();
const isSecurable = ajv.compile(securable);
const isGrant = ajv.compile(grant);
const isName = ajv.compile(securableName);
const isRename = ajv.compile(rename);

function isChanges(line: unknown): line is readonly CatalogChange[] {
  return Array.isArray(line) && line.every(isChange);
}

function isChange(change: unknown): change is CatalogChange {
  if (typeof change !== 'object' || change === null) return false;
  if ('put' in change) return isSecurable(change.put);
  if ('drop' in change) return isName(change.drop);
  if ('grant' in change) return isGrant(change.grant);
  return 'rename' in change && isRename(change.rename);
}

async function writeAll(journal: ChangeJournal<readonly CatalogChange[]>, index: SecurableIndex): Promise<void> {
  let lines = 0;
  let written: Promise<void> | undefined;
  for (const change of index.contents()) {
    written = journal.append([change]);
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
