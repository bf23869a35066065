import { DomainError } from '@lakescope/server-http';
import { plainToInstance } from 'class-transformer';
import { isArray, isString, validate } from 'class-validator';
import { IngestionRequestDto } from '../runs/ingestion-request.dto';
import type { StoredRequest } from '../runs/job-places';
import type { ScheduleRow } from './schedule-row';

/** What a schedule asks for, as it was stored, perhaps by another release. Throws `StoredRequestInvalid`. */
export async function storedRequest({ request }: Pick<ScheduleRow, 'request'>): Promise<StoredRequest> {
  const { admitted_as = [], ...rest } = request;
  const asked = plainToInstance(IngestionRequestDto, rest, { exposeDefaultValues: true });
  const [wrong] = await validate(asked, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  if (wrong !== undefined) throw new StoredRequestInvalid(wrong.property);
  if (!isArray(admitted_as) || !admitted_as.every(isString)) throw new StoredRequestInvalid('admitted_as');
  return { ...asked, admitted_as };
}

/** What a schedule asks for is not what a request may be. */
class StoredRequestInvalid extends DomainError {
  constructor(field: string) {
    super({
      kind: 'invalid',
      code: 'INVALID_REQUEST',
      message: `What the schedule asks for is not valid any more (${field}): write its request again.`,
    });
  }
}
