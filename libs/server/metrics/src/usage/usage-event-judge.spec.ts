import { UsageEventJudge, type Verdict } from './usage-event-judge';
import { UsageLimits } from './usage-limits';
import { timeOfUuidV7, uuidV7 } from './uuid-v7';

const NOW = Date.parse('2026-11-21T08:30:00.000Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const limits = new UsageLimits();
const judge = new UsageEventJudge(limits);

describe('an event', () => {
  it('is stored at the time inside its id, with what it says', () => {
    const event_id = uuidV7(NOW - 1234);

    const verdict = judged({
      event_id: event_id.toUpperCase(),
      page_name: '/catalog',
      success: false,
      metadata: { a: 1 },
    });

    expect(verdict).toEqual({
      event: {
        eventId: event_id,
        hasOwnId: true,
        epochMs: NOW - 1234,
        eventType: 'page_view',
        pageName: '/catalog',
        elementId: null,
        success: false,
        metadata: '{"a":1}',
      },
    });
  });

  it('without an id gets one of now, or of the time it tells', () => {
    const [now, told] = [eventOf(judged({})), eventOf(judged({ timestamp: '2026-11-21T09:00:00+01:00' }))];

    expect([now.epochMs, now.hasOwnId, timeOfUuidV7(now.eventId)]).toEqual([NOW, false, NOW]);
    expect([told.epochMs, timeOfUuidV7(told.eventId)]).toEqual([NOW - 30 * MINUTE, NOW - 30 * MINUTE]);
  });

  it('may say null for what it does not say', () => {
    const nothing = {
      event_id: null,
      timestamp: null,
      page_name: null,
      element_id: null,
      success: null,
      metadata: null,
    };

    expect(eventOf(judged(nothing))).toMatchObject({ pageName: null, elementId: null, success: null, metadata: null });
  });

  it.each([
    ['7 days ago, less a minute', NOW - 7 * DAY + MINUTE, undefined],
    ['longer ago', NOW - 7 * DAY + MINUTE - 1, 'it is older than 7 days'],
    ['in 1970', 0, 'it is older than 7 days'],
    ['5 minutes ahead', NOW + 5 * MINUTE, undefined],
    ['further ahead', NOW + 5 * MINUTE + 1, 'it lies more than 5 minutes in the future'],
    ['at the end of all UUIDs', 2 ** 48 - 1, 'it lies more than 5 minutes in the future'],
  ])('of %s is judged by the time inside its id', (_, time, reason) => {
    expect(reasonOf(judged({ event_id: uuidV7(time) }))).toBe(reason);
    if (time > 0 && time < NOW + DAY) {
      expect(reasonOf(judged({ timestamp: new Date(time).toISOString() }))).toBe(reason);
    }
  });

  it.each([
    '+275760-09-13T00:00:00.000Z',
    '-000001-01-01T00:00:00Z',
    '275760-09-13',
    '2026-11-21T08:30:00',
    '2026-11-21 08:30:00Z',
    '2026-13-21T08:30:00Z',
    '2026-11-21T25:00:00Z',
    'infinity',
    'now',
    'Sat Nov 21 2026',
    '',
  ])('with the time %j is refused, with or without an id', (timestamp) => {
    for (const event_id of [undefined, uuidV7(NOW)]) {
      expect(reasonOf(judged({ event_id, timestamp }))).toBe('timestamp must be a time like 2026-11-21T08:30:00Z');
    }
  });

  it('tells the same time twice, to the second', () => {
    const event_id = uuidV7(NOW);
    const reasons = [0, 1000, -1000, 1001, -1001].map((off) =>
      reasonOf(judged({ event_id, timestamp: new Date(NOW + off).toISOString() })),
    );

    const refusal = 'timestamp is not the time inside event_id';
    expect(reasons).toEqual([undefined, undefined, undefined, refusal, refusal]);
  });

  it.each([
    [{ event_type: 'page_viewed' }, 'event_type is none of the known types'],
    [{ event_type: "page_view'; DROP TABLE usage_events" }, 'event_type is none of the known types'],
    [{ event_type: undefined }, 'event_type is missing'],
    [{ event_id: '2f1c6d36-0f0f-4a0e-8d0d-6f8f2f0e5a11' }, 'event_id must be a UUID of version 7'],
    [{ event_id: 7 }, 'event_id must be a UUID of version 7'],
    [{ timestamp: 1_800_000_000_000 }, 'timestamp must be a time like 2026-11-21T08:30:00Z'],
    [{ success: 'yes' }, 'success must be true or false'],
    [{ page_name: ['/'] }, 'page_name must be text of at most 200 characters'],
    [{ page_name: 'x'.repeat(201) }, 'page_name must be text of at most 200 characters'],
    [{ element_id: '\u{1f600}'.repeat(101) }, 'element_id must be text of at most 100 characters'],
    [{ metadata: [1] }, 'metadata must be an object'],
    [{ metadata: '{"a":1}' }, 'metadata must be an object'],
    [{ user_id: 'boris.lang@lakescope.example' }, 'user_id is not accepted: whose event it is says the token'],
    [{ received_at: '2026-11-21T08:30:00Z' }, 'an event has no property "received_at"'],
  ])('that says %j is refused with the reason', (flaw, reason) => {
    expect(reasonOf(judged(flaw))).toBe(reason);
  });

  it.each([null, 1, 'page_view', [], [{ event_type: 'page_view' }], true])('that is %j is no object', (event) => {
    expect(reasonOf(judge.judge(event, NOW))).toBe('it is no object');
  });

  it('may have names as long as they may be, in characters and not in halves of them', () => {
    const verdict = judged({ page_name: 'x'.repeat(200), element_id: '\u{1f600}'.repeat(100) });

    expect(eventOf(verdict).elementId).toHaveLength(200);
  });

  it.each(['page_name', 'element_id'])('with text that no database takes as its %s is refused', (name) => {
    for (const text of ['a\u0000b', '\ud83d', '\ude00\ud83d']) {
      expect(reasonOf(judged({ [name]: text }))).toBe(`${name} holds the character U+0000, or is no valid Unicode`);
    }
  });

  it('cannot bring in a prototype, and leaves none behind', () => {
    const events = [
      '{"event_type":"page_view","__proto__":{"polluted":true}}',
      '{"event_type":"page_view","constructor":{"prototype":{"polluted":true}}}',
      '{"event_type":"page_view","metadata":{"a":{"__proto__":{"polluted":true}}}}',
      '{"event_type":"page_view","metadata":{"constructor":{"prototype":{"polluted":true}}}}',
      '{"event_type":"page_view","metadata":{"a":[{"prototype":1}]}}',
    ].map((json) => judge.judge(JSON.parse(json), NOW));

    expect(events.map(reasonOf)).toEqual([
      'an event has no property "__proto__"',
      'an event has no property "constructor"',
      'metadata has a key that is not accepted: __proto__',
      'metadata has a key that is not accepted: constructor',
      'metadata has a key that is not accepted: prototype',
    ]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('of which a key comes twice says what it says last', () => {
    const twice = '{"event_type":"unknown","event_type":"page_view","metadata":{"a":1,"a":2}}';

    expect(eventOf(judge.judge(JSON.parse(twice), NOW)).metadata).toBe('{"a":2}');
  });

  it('keeps no secret in its names, whole or cut off', () => {
    const { pageName, elementId } = eventOf(
      judged({
        page_name: `/pages/${'y'.repeat(170)} access_token=s3cr3t`,
        element_id: `${'x'.repeat(90)} pwd=s3c`,
      }),
    );

    expect(`${pageName} ${elementId}`).not.toContain('s3c');
    expect([pageName?.length, elementId?.length]).toEqual([200, 100]);
  });

  it.each([
    ['/catalog?path=/Volumes/hr/salaries.csv', '/catalog'],
    ['/catalog#salaries', '/catalog'],
    ['https://app.example/catalog?x=1', 'https://app.example/catalog'],
    ['What is new?', 'What is new?'],
  ])('of the page %j is stored without the query, which names what people look at', (page_name, stored) => {
    expect(eventOf(judged({ page_name })).pageName).toBe(stored);
  });

  it('names what it should not have without giving secrets back', () => {
    const reason = reasonOf(judged({ [`pwd=hunter2 ${'x'.repeat(500)}\u0000`]: 1 }));

    expect(reason).not.toContain('hunter2');
    expect(reason?.length).toBeLessThan(100);
  });
});

function judged(parts: object): Verdict {
  return judge.judge({ event_type: 'page_view', ...parts }, NOW);
}

function eventOf(verdict: Verdict): Extract<Verdict, { event: unknown }>['event'] {
  if ('event' in verdict) return verdict.event;
  throw new Error(`The event was refused: ${verdict.reason}`);
}

function reasonOf(verdict: Verdict): string | undefined {
  return 'reason' in verdict ? verdict.reason : undefined;
}
