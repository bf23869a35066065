import { messageOf } from '../errors';

/** Kinds of DuckDB errors that speak of the bytes of a file; the others (out of memory, interrupted, ...) do not. */
const OF_THE_FILE = /^(?:Invalid Input|Conversion|IO|Invalid|Invalid type|Binder|Not implemented) Error\b/i;
const OF_DUCKDB = /^[A-Z][A-Za-z]*(?: [A-Za-z]+)* Error: /;

/** Whether DuckDB could not read a file. Its message may hold a path of this machine, so it is for causes only. */
export function isUnreadableFile(thrown: unknown): boolean {
  return OF_THE_FILE.test(messageOf(thrown));
}

export function isDuckDBError(thrown: unknown): boolean {
  return OF_DUCKDB.test(messageOf(thrown));
}

export function isOutOfMemory(thrown: unknown): boolean {
  return /^Out of Memory Error\b/.test(messageOf(thrown));
}
