import { redactText } from '@lakescope/server-http';
import { Inject, Injectable } from '@nestjs/common';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { UsageEventInput } from './record-usage-events.dto';
import { storedMetadata } from './stored-metadata';
import { USAGE_EVENT_TYPES, type UsageEventType } from './usage-event-types';
import { UsageLimits } from './usage-limits';
import { timeOfUuidV7, uuidV7 } from './uuid-v7';

/** An event that can be stored. */
export interface StorableEvent {
  readonly eventId: string;
  /** Whether the id is the sender's, so that a repetition is known as one. */
  readonly hasOwnId: boolean;
  readonly epochMs: number;
  readonly eventType: UsageEventType;
  readonly pageName: string | null;
  readonly elementId: string | null;
  readonly success: boolean | null;
  /** JSON text. */
  readonly metadata: string | null;
}

export type Verdict = { readonly event: StorableEvent } | { readonly reason: string };

type ValidEvent = {
  [Name in keyof UsageEventInput]: UsageEventInput[Name] | (Name extends 'event_type' ? never : null);
};

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
/** What Postgres takes in no text: U+0000, and half of a pair. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;
/** The address of a page, up to its query. */
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/)?\/[^?#]*/i;
const DAY = 24 * 60 * 60 * 1000;
const MINUTE = 60 * 1000;

/** Says of each event by itself whether it can be stored, and what exactly is stored. */
@Injectable()
export class UsageEventJudge {
  private readonly isEvent: ValidateFunction<ValidEvent>;
  private readonly shapes: Readonly<Record<string, string>>;

  constructor(@Inject(UsageLimits) private readonly limits: UsageLimits) {
    const { pageNameCharacters, elementIdCharacters } = limits;
    // Compiled once: a thousand events take it half a millisecond.
    this.isEvent = new Ajv({ allowUnionTypes: true }).compile<ValidEvent>({
      type: 'object',
      additionalProperties: false,
      required: ['event_type'],
      properties: {
        event_id: { type: ['string', 'null'] },
        event_type: { enum: USAGE_EVENT_TYPES },
        timestamp: { type: ['string', 'null'] },
        page_name: { type: ['string', 'null'], maxLength: pageNameCharacters },
        element_id: { type: ['string', 'null'], maxLength: elementIdCharacters },
        success: { type: ['boolean', 'null'] },
        metadata: { type: ['object', 'null'] },
      },
    });
    this.shapes = {
      event_id: 'must be a UUID of version 7',
      event_type: 'is none of the known types',
      timestamp: 'must be a time like 2026-11-21T08:30:00Z',
      page_name: `must be text of at most ${pageNameCharacters} characters`,
      element_id: `must be text of at most ${elementIdCharacters} characters`,
      success: 'must be true or false',
      metadata: 'must be an object',
    };
  }

  judge(event: unknown, now: number): Verdict {
    if (!this.isEvent(event)) return { reason: this.shapeFault(this.isEvent.errors?.[0]) };
    const { event_id: ownId, event_type: eventType, page_name: pageName, element_id: elementId, success } = event;
    const time = this.timeOf(event, now);
    if (typeof time === 'string') return { reason: time };
    for (const name of ['page_name', 'element_id'] as const) {
      if (!isStorable(event[name])) {
        return { reason: `${name} holds the character U+0000, or is no valid Unicode` };
      }
    }
    const metadata = event.metadata == null ? { json: null } : storedMetadata(event.metadata, this.limits);
    if ('reason' in metadata) return metadata;
    return {
      event: {
        eventId: ownId?.toLowerCase() ?? uuidV7(time),
        hasOwnId: ownId != null,
        epochMs: time,
        eventType,
        pageName: clean(withoutQuery(pageName), this.limits.pageNameCharacters),
        elementId: clean(elementId, this.limits.elementIdCharacters),
        success: success ?? null,
        metadata: metadata.json,
      },
    };
  }

  /** When the event happened, or why that cannot be. */
  private timeOf({ event_id: id, timestamp }: ValidEvent, now: number): number | string {
    const told = timestamp == null ? undefined : instantOf(timestamp);
    if (timestamp != null && told === undefined) return this.sentence('timestamp');
    const inside = id == null ? undefined : timeOfUuidV7(id);
    if (id != null && inside === undefined) return this.sentence('event_id');
    const { timestampSlackMs, aheadMs, oldestMs } = this.limits;
    if (told !== undefined && inside !== undefined && Math.abs(told - inside) > timestampSlackMs) {
      return 'timestamp is not the time inside event_id';
    }
    const time = inside ?? told ?? now;
    if (time > now + aheadMs) return `it lies more than ${aheadMs / MINUTE} minutes in the future`;
    if (time < now - oldestMs) return `it is older than ${Math.ceil(oldestMs / DAY)} days`;
    return time;
  }

  private shapeFault(error: ErrorObject | undefined): string {
    const { keyword, instancePath = '', params } = error ?? {};
    if (keyword === 'additionalProperties') return unknownProperty(String(params?.['additionalProperty']));
    if (keyword === 'required') return 'event_type is missing';
    return instancePath === '' ? 'it is no object' : this.sentence(instancePath.slice(1));
  }

  private sentence(name: string): string {
    return `${name} ${this.shapes[name] ?? 'is not valid'}`;
  }
}

function unknownProperty(name: string): string {
  if (name === 'user_id') return 'user_id is not accepted: whose event it is says the token';
  return `an event has no property ${JSON.stringify(Buffer.from(redactText(name.slice(0, 1_000)).slice(0, 50)).toString())}`;
}

function instantOf(text: string): number | undefined {
  const time = INSTANT.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

function isStorable(text: string | null | undefined): boolean {
  return text == null || !UNSTORABLE.test(text);
}

/** A page is known by its template; what stands behind it names what people look at. */
function withoutQuery(page: string | null | undefined): string | null | undefined {
  return page?.match(ADDRESS)?.[0] ?? page;
}

/** What looks like a secret is taken out before the text is cut, so that none hides at the end. */
function clean(text: string | null | undefined, mostCharacters: number): string | null {
  if (text == null) return null;
  const redacted = redactText(text);
  return redacted.length <= mostCharacters ? redacted : Array.from(redacted).slice(0, mostCharacters).join('');
}
