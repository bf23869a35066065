import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { InvalidRequest, type InvalidField } from '@lakescope/server-http';
import { Inject, Injectable } from '@nestjs/common';
import type { RawBody } from './raw-body';
import { UsageLimits } from './usage-limits';
import { InflatedTooLarge, TooManyUsageEvents, UnknownEncoding } from './usage.errors';

const inflate = promisify(gunzip);

/** Reads batches: from bytes to a list of events of which nothing is known yet. */
@Injectable()
export class UsageBatches {
  private readonly utf8 = new TextDecoder();

  constructor(@Inject(UsageLimits) private readonly limits: UsageLimits) {}

  /** Throws when the body as a whole is no batch; what an event looks like makes no difference here. */
  async read(body: RawBody): Promise<readonly unknown[]> {
    return this.eventsOf(parsed(this.utf8.decode(await this.inflated(body))));
  }

  private async inflated({ bytes, encoding }: RawBody): Promise<Buffer> {
    if (encoding === undefined) return bytes;
    if (encoding !== 'gzip' && encoding !== 'x-gzip') throw new UnknownEncoding();
    const maxOutputLength = this.limits.bodyBytes;
    try {
      return await inflate(bytes, { maxOutputLength });
    } catch (error) {
      if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw new InflatedTooLarge(maxOutputLength, bytes.length);
      throw new InvalidRequest('The body is not what its Content-Encoding says: it is no gzip, or not all of it');
    }
  }

  private eventsOf(body: unknown): readonly unknown[] {
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new InvalidRequest('The body must be an object with a list of events');
    }
    const { events, ...others }: { events?: unknown } = body;
    const fields: InvalidField[] = Object.keys(others).map((path) => ({
      path: path.slice(0, 100),
      message: 'is not accepted here',
    }));
    if (!Array.isArray(events)) fields.unshift({ path: 'events', message: 'must be a list of events' });
    else if (events.length === 0) fields.unshift({ path: 'events', message: 'must hold at least one event' });
    const [first] = fields;
    if (first !== undefined) throw new InvalidRequest(`${first.path} ${first.message}`, fields.slice(0, 20));
    const list = events as readonly unknown[];
    if (list.length > this.limits.batchEvents) throw new TooManyUsageEvents(list.length, this.limits.batchEvents);
    return list;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidRequest('The body is not valid JSON');
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
}
