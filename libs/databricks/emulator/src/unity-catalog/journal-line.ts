import type { JSONSchemaType } from 'ajv';
import { schemas } from '../state/schemas';
import { PRIVILEGES } from './privileges';
import type { CatalogChange } from './securable-index';
import { SECURABLE_TYPES, type Grant, type Securable, type SecurableName } from './securables';
import { StoredText, type TextFile } from './stored-text';

/** As it is written: with its details as text. */
export type WrittenSecurable = Omit<Securable, 'details'> & { readonly details?: string };

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
export const securableSchema: JSONSchemaType<WrittenSecurable> = {
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
export const grantSchema: JSONSchemaType<Grant> = {
  type: 'object',
  required: ['type', 'fullName', 'principal', 'privileges'],
  properties: {
    type,
    fullName: text,
    principal: text,
    privileges: { type: 'array', items: { type: 'string', enum: [...PRIVILEGES] } },
  },
};

const isSecurable = schemas.compile(securableSchema);
const isGrant = schemas.compile(grantSchema);
const isName = schemas.compile(securableName);
const isRename = schemas.compile(rename);

/** What stands before the details of the only change of a line, which are the last thing in it, and after them. */
const BEFORE_DETAILS = Buffer.from(',"details":"');
const AFTER_DETAILS = '"}}]';
/** Shorter ones are not worth a look into the file. */
const SHORT_DETAILS = 64;

/** All changes of one call. Details come last, so that a reader can leave them where they are. */
export function writeLine(changes: readonly CatalogChange[]): string {
  return JSON.stringify(changes.map((change) => ('put' in change ? { put: detailsLast(change.put) } : change)));
}

/** Undefined when the line, which begins at `offset`, says no changes. */
export function readLine(line: Buffer, offset: number, file: TextFile): readonly CatalogChange[] | undefined {
  const found = line.indexOf(BEFORE_DETAILS);
  const start = found + BEFORE_DETAILS.length;
  const length = line.length - AFTER_DETAILS.length - start;
  if (found > 0 && length >= SHORT_DETAILS && isLast(line, start, length)) {
    const head = parse(`${line.toString('utf8', 0, found)}}}]`);
    const change: unknown = Array.isArray(head) && head.length === 1 ? head[0] : undefined;
    if (isObject(change) && isSecurable(change['put'])) {
      return [{ put: { ...change['put'], details: new StoredText(file, offset + start, length) } }];
    }
  }
  const changes = parse(line.toString('utf8'));
  return Array.isArray(changes) && changes.every(isChange) ? changes : undefined;
}

/**
 * Whether the text that begins at `start` is the last thing of the line. Every quote in it is written with a backslash, so
 * another field (`,"`) or another change (`{"`) cannot be part of it.
 */
function isLast(line: Buffer, start: number, length: number): boolean {
  if (line.toString('latin1', start + length) !== AFTER_DETAILS) return false;
  return line.indexOf(',"', start) < 0 && line.indexOf('{"', start) < 0;
}

function detailsLast({ details, ...rest }: Securable): object {
  return details === undefined ? rest : { ...rest, details };
}

function isChange(change: unknown): change is CatalogChange {
  if (!isObject(change)) return false;
  if ('put' in change) return isSecurable(change['put']);
  if ('drop' in change) return isName(change['drop']);
  if ('grant' in change) return isGrant(change['grant']);
  return 'rename' in change && isRename(change['rename']);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
