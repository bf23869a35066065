import { DeltaError } from '../errors';
import { asNumber, asRecord, parseJson } from '../json/lossless-json';
import type { Storage } from '../storage/storage';
import { joinPath } from '../storage/storage-path';
import { LOG_DIRECTORY } from './log-listing';

export const LAST_CHECKPOINT = joinPath(LOG_DIRECTORY, '_last_checkpoint');

/** The version that `_last_checkpoint` names; undefined when there is none or it cannot be understood: it is a hint and nothing more. */
export async function hintedVersion(storage: Storage, signal?: AbortSignal): Promise<number | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await storage.read(LAST_CHECKPOINT, { signal });
  } catch (error) {
    if (error instanceof DeltaError && error.code === 'STORAGE_NOT_FOUND') return undefined;
    throw error;
  }
  try {
    const version = asNumber(asRecord(parseJson(Buffer.from(bytes).toString('utf8')))?.['version']);
    return version !== undefined && Number.isSafeInteger(version) && version >= 0 ? version : undefined;
  } catch {
    return undefined;
  }
}
