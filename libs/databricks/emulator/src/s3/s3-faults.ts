import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, PlannedFault } from '../http/faults';
import { S3Error } from './s3-error';

/** The connection is to be closed without an answer. */
export class CutConnection extends Error {
  override readonly name = 'CutConnection';
}

const CODES: Readonly<Record<number, string>> = {
  403: 'AccessDenied',
  404: 'NoSuchKey',
  409: 'OperationAborted',
  412: 'PreconditionFailed',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'SlowDown',
};

/** What a planned fault does before the operation, or in place of its answer. Throws unless the fault only waits. */
export async function happen(fault: PlannedFault): Promise<void> {
  if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
  if (fault.cut === 'connection') throw new CutConnection();
  if (fault.token === 'expired') throw new S3Error(400, 'ExpiredToken', 'The provided token has expired.');
  if (fault.token === 'invalid') {
    throw new S3Error(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  if (fault.status !== undefined) throw answerOf(fault, fault.status);
}

function answerOf({ id, headers }: Fault & { id: string }, status: number): S3Error {
  const code = CODES[status] ?? (status < 500 ? 'InvalidRequest' : 'InternalError');
  return new S3Error(status, code, `Planned fault ${id}`, {}, headers ?? {});
}
