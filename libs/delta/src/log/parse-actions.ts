import { TableCorrupt, messageOf } from '../errors';
import {
  asBigInt,
  asBoolean,
  asNumber,
  asRecord,
  asText,
  asTextList,
  asTextMap,
  parseJson,
  type JsonRecord,
} from '../json/lossless-json';
import type { JsonValue } from '../schema/types';
import type { DeletionVectorDescriptor, TableProtocol } from '../table/snapshot';
import type { Actions, DomainAction, LogFile, MetadataAction, RemovedFile, TransactionAction } from './actions';
import { dataPath } from './data-path';

/** Parses a commit or JSON checkpoint. `file` is only for messages. */
export function parseActions(text: string, file: string, location: string): Actions {
  const actions = emptyActions();
  for (const { action, line } of readObjects(text, file)) applyAt(actions, action, { file, line, location });
  return actions;
}

/** Adds the action of one line. */
export function parseLine(actions: Actions, text: string, place: ActionPlace): void {
  if (text.trim() === '') return;
  const action = tryParse(text);
  if (action === undefined) throw notJson(place.file, place.line);
  applyAt(actions, action, place);
}

/** Where an action stands, for messages, and where its table is. */
export interface ActionPlace {
  file: string;
  line: number;
  location: string;
}

function applyAt(actions: Actions, action: JsonRecord, { file, line, location }: ActionPlace): void {
  try {
    apply(actions, action, location);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new TableCorrupt({ message: `${file}, line ${line}: ${reason}`, missing: file, cause });
  }
}

/** It is free JSON that is handed on as it is, and what writes it out again goes down as deep. */
const DEEPEST_COMMIT_INFO = 500;

export function emptyActions(): Actions {
  return {
    protocol: undefined,
    metadata: undefined,
    commitInfo: undefined,
    added: [],
    removed: [],
    transactions: [],
    domains: [],
    sidecars: [],
  };
}

function* readObjects(text: string, file: string): Generator<{ action: JsonRecord; line: number }> {
  const lines = text.split('\n');
  const parsed: { action: JsonRecord; line: number }[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const action = tryParse(line);
    if (action === undefined) {
      yield* scanObjects(text, file);
      return;
    }
    parsed.push({ action, line: index + 1 });
  }
  yield* parsed;
}

/** Some writers pretty-print an action over several lines, so the text is cut where the braces balance. */
function* scanObjects(text: string, file: string): Generator<{ action: JsonRecord; line: number }> {
  let depth = 0;
  let start = -1;
  let line = 1;
  let startLine = 1;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\n') line += 1;
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
      continue;
    }
    if (depth === 0 && character !== '{') {
      if (character !== undefined && !/\s/.test(character)) throw notJson(file, line);
      continue;
    }
    if (character === '"') inString = true;
    else if (character === '{') {
      if (depth === 0) {
        start = index;
        startLine = line;
      }
      depth += 1;
    } else if (character === '}') {
      depth -= 1;
      if (depth > 0) continue;
      const action = tryParse(text.slice(start, index + 1));
      if (action === undefined) throw notJson(file, startLine);
      yield { action, line: startLine };
    }
  }
  if (depth > 0) throw notJson(file, startLine);
}

function tryParse(text: string): JsonRecord | undefined {
  try {
    return asRecord(parseJson(text));
  } catch {
    return undefined;
  }
}

function notJson(file: string, line: number): TableCorrupt {
  return new TableCorrupt({ message: `${file}, line ${line}: not a JSON action`, missing: file });
}

/** Unknown actions are skipped, as the protocol asks; what must be understood is named in the protocol action. */
function apply(actions: Actions, action: JsonRecord, location: string): void {
  const add = asRecord(action['add']);
  if (add !== undefined) actions.added.push(parseAdd(add, location));
  const remove = asRecord(action['remove']);
  if (remove !== undefined) actions.removed.push(parseRemove(remove, location));
  const protocol = asRecord(action['protocol']);
  if (protocol !== undefined) actions.protocol = parseProtocol(protocol);
  const metadata = asRecord(action['metaData']);
  if (metadata !== undefined) actions.metadata = parseMetadata(metadata);
  const commitInfo = asRecord(action['commitInfo']);
  if (commitInfo !== undefined) {
    if (isDeeperThan(commitInfo, DEEPEST_COMMIT_INFO)) throw new Error('commitInfo is nested too deep');
    actions.commitInfo = commitInfo;
  }
  const transaction = asRecord(action['txn']);
  if (transaction !== undefined) {
    actions.transactions.push(parseTransaction(transaction));
  }
  const domain = asRecord(action['domainMetadata']);
  if (domain !== undefined) actions.domains.push(parseDomain(domain));
  const sidecar = asRecord(action['sidecar']);
  if (sidecar !== undefined) {
    actions.sidecars.push({
      path: required(asText(sidecar['path']), 'sidecar.path'),
      sizeBytes: asNumber(sidecar['sizeInBytes']) ?? 0,
      modifiedAt: asNumber(sidecar['modificationTime']) ?? 0,
    });
  }
}

function parseAdd(add: JsonRecord, location: string): LogFile {
  const reference = required(asText(add['path']), 'add.path');
  return {
    ...filePath(reference, location),
    sizeBytes: required(count(add['size']), 'add.size'),
    modifiedAt: asNumber(add['modificationTime']) ?? 0,
    partitionValues: JSON.stringify(asRecord(add['partitionValues']) ?? {}),
    stats: statsText(add),
    deletionVector: parseDeletionVector(add['deletionVector']),
  };
}

/** The reference is kept only where it differs, because a table may have a million files. */
export function filePath(reference: string, location: string): Pick<LogFile, 'path' | 'reference'> {
  const path = dataPath(reference, location);
  return path === reference ? { path } : { path, reference };
}

function parseRemove(remove: JsonRecord, location: string): RemovedFile {
  return {
    path: dataPath(required(asText(remove['path']), 'remove.path'), location),
    deletedAt: asNumber(remove['deletionTimestamp']),
    sizeBytes: count(remove['size']),
    stats: statsText(remove),
    deletionVector: parseDeletionVector(remove['deletionVector']),
  };
}

function statsText(file: JsonRecord): string | undefined {
  const stats = file['stats'];
  if (typeof stats === 'string') return stats === '' ? undefined : stats;
  const struct = asRecord(stats) ?? asRecord(file['stats_parsed']);
  return struct === undefined ? undefined : JSON.stringify(struct);
}

export function parseDeletionVector(value: JsonValue | undefined): DeletionVectorDescriptor | undefined {
  const vector = asRecord(value);
  if (vector === undefined || vector['storageType'] === null || vector['storageType'] === undefined) return undefined;
  return {
    storageType: required(asText(vector['storageType']), 'deletionVector.storageType'),
    pathOrInlineDv: required(asText(vector['pathOrInlineDv']), 'deletionVector.pathOrInlineDv'),
    offset: isNothing(vector['offset']) ? undefined : required(count(vector['offset']), 'deletionVector.offset'),
    sizeInBytes: required(count(vector['sizeInBytes']), 'deletionVector.sizeInBytes'),
    cardinality: required(positive(asBigInt(vector['cardinality'])), 'deletionVector.cardinality'),
  };
}

export function parseTransaction(transaction: JsonRecord): TransactionAction {
  const lastUpdated = asNumber(transaction['lastUpdated']);
  return {
    appId: required(asText(transaction['appId']), 'txn.appId'),
    version: required(asBigInt(transaction['version']), 'txn.version'),
    ...(lastUpdated === undefined ? {} : { lastUpdated }),
  };
}

/** PROTOCOL.md, "Domain Metadata". */
export function parseDomain(domain: JsonRecord): DomainAction {
  return {
    domain: required(asText(domain['domain']), 'domainMetadata.domain'),
    configuration: asText(domain['configuration']) ?? '',
    removed: asBoolean(domain['removed']) ?? false,
  };
}

export function parseProtocol(protocol: JsonRecord): TableProtocol {
  return {
    minReaderVersion: required(asNumber(protocol['minReaderVersion']), 'protocol.minReaderVersion'),
    minWriterVersion: asNumber(protocol['minWriterVersion']) ?? 1,
    readerFeatures: asTextList(protocol['readerFeatures']) ?? [],
    writerFeatures: asTextList(protocol['writerFeatures']) ?? [],
  };
}

export function parseMetadata(metadata: JsonRecord): MetadataAction {
  return {
    id: asText(metadata['id']) ?? '',
    name: asText(metadata['name']),
    description: asText(metadata['description']),
    formatProvider: asText(asRecord(metadata['format'])?.['provider']) ?? 'parquet',
    schemaString: asText(metadata['schemaString']),
    partitionColumns: asTextList(metadata['partitionColumns']) ?? [],
    configuration: asTextMap(metadata['configuration']),
    createdTime: asNumber(metadata['createdTime']),
  };
}

function isNothing(value: JsonValue | undefined): boolean {
  return value === undefined || value === null;
}

/** A whole number from 0. */
function count(value: JsonValue | undefined): number | undefined {
  const number = wholeNumber(value);
  return number === undefined || number < 0 ? undefined : number;
}

function positive(value: bigint | undefined): bigint | undefined {
  return value === undefined || value < 0n ? undefined : value;
}

function isDeeperThan(value: JsonValue, levels: number): boolean {
  let level: JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > levels) return true;
    level = level.flatMap((item) => (item !== null && typeof item === 'object' ? Object.values(item) : []));
  }
  return false;
}

function wholeNumber(value: JsonValue | undefined): number | undefined {
  const number = asNumber(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} is missing or of the wrong type`);
  return value;
}
