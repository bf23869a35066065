import { TableCorrupt, messageOf } from '../../errors';
import { ActionCutter } from '../../inspect/action-cutter';
import { asBoolean, asRecord, asText, parseJson, type JsonRecord } from '../../json/lossless-json';
import { fileKey } from '../../log/actions';
import { dataPath } from '../../log/data-path';
import { parseDeletionVector } from '../../log/parse-actions';
import { ACTION_NAMES, type ActionName } from './action-columns';

/** A file that commits after the checkpoint speak of, under the one form of its path. */
interface TouchedFile {
  action: 'add' | 'remove';
  text: string;
}

/**
 * The last word of a run of commits on everything they speak of, with each action as it stands in the log: a checkpoint must not lose what
 * this library has no use for.
 */
export class LastActions {
  readonly files = new Map<string, TouchedFile>();
  readonly transactions = new Map<string, string>();
  /** undefined: taken away. */
  readonly domains = new Map<string, string | undefined>();
  protocol: string | undefined;
  metadata: string | undefined;
  sidecars: string[] = [];

  constructor(private readonly location: string) {}

  /** The next commit, or a checkpoint in JSON as the first. */
  apply(bytes: Uint8Array, file: string): void {
    const texts: string[] = [];
    const cutter = new ActionCutter(bytes.length, (_, piece) => texts.push(piece().text));
    cutter.write(bytes);
    cutter.end();
    const later: (() => void)[] = [];
    for (const [index, text] of texts.entries()) {
      try {
        this.takeIn(text, later);
      } catch (cause) {
        const message = `${file}, action ${index + 1}: ${messageOf(cause)}`;
        throw new TableCorrupt({ message, missing: file, cause });
      }
    }
    // Removes go first: re-adding a file in the same commit must win.
    for (const add of later) add();
  }

  /** One action a line, each by its name. */
  *lines(): Generator<string> {
    if (this.protocol !== undefined) yield this.protocol;
    if (this.metadata !== undefined) yield this.metadata;
    yield* this.transactions.values();
    for (const text of this.domains.values()) if (text !== undefined) yield text;
    for (const { text } of this.files.values()) yield text;
  }

  private takeIn(text: string, later: (() => void)[]): void {
    const action = asRecord(parseJson(text));
    if (action === undefined) throw new Error('not a JSON action');
    const known = ACTION_NAMES.filter((name) => asRecord(action[name]) !== undefined);
    const sidecar = asRecord(action['sidecar']);
    if (sidecar !== undefined) this.sidecars.push(needed(sidecar, 'path'));
    for (const name of known) {
      const fields = asRecord(action[name]) ?? {};
      // Nearly always the object holds one action and nothing else, and then its text is taken as it is.
      const own = Object.keys(action).length === 1 ? oneLine(text) : JSON.stringify({ [name]: fields });
      if (name === 'add') later.push(() => this.files.set(this.key(fields), { action: 'add', text: own }));
      else this.keep(name, fields, own);
    }
  }

  private keep(name: Exclude<ActionName, 'add'>, fields: JsonRecord, text: string): void {
    switch (name) {
      case 'remove':
        this.files.set(this.key(fields), { action: 'remove', text });
        break;
      case 'txn':
        this.transactions.set(needed(fields, 'appId'), text);
        break;
      case 'domainMetadata':
        this.domains.set(needed(fields, 'domain'), asBoolean(fields['removed']) === true ? undefined : text);
        break;
      case 'protocol':
        this.protocol = text;
        break;
      case 'metaData':
        this.metadata = text;
        break;
    }
  }

  private key(fields: JsonRecord): string {
    const path = dataPath(needed(fields, 'path'), this.location);
    return fileKey({ path, deletionVector: parseDeletionVector(fields['deletionVector']) });
  }
}

function needed(fields: JsonRecord, name: string): string {
  const text = asText(fields[name]);
  if (text === undefined) throw new Error(`${name} is missing or not a text`);
  return text;
}

/** JSON has line ends only between its parts, where a space does as well. */
function oneLine(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]+/g, ' ') : text;
}
