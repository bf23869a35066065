import { TestBed } from '@angular/core/testing';
import { EventQueue } from './event-queue';
import { type QueuedEvent } from './kept-events';

const event = (number: number, text = ''): QueuedEvent => ({
  event_id: `event-${number}`,
  event_type: 'page_view',
  timestamp: '2026-11-21T08:30:00.000Z',
  ...(text === '' ? {} : { metadata: { text } }),
});
const ids = (events: readonly QueuedEvent[]) => events.map(({ event_id }) => event_id);

describe('the queue of events', () => {
  beforeEach(() => sessionStorage.clear());

  function opened(owner = 'ada') {
    TestBed.resetTestingModule();
    const queue = TestBed.inject(EventQueue);
    return { queue, ...queue.open(owner) };
  }

  it('survives a reload of the tab, with the offset of the clock', () => {
    const { queue } = opened();
    queue.add(event(1));
    queue.take(1);
    queue.add(event(2));
    queue.keep(-1500);

    const { queue: next, clockOffset } = opened();
    expect(clockOffset).toBe(-1500);
    expect(ids(next.take(10))).toEqual(['event-1', 'event-2']);
  });

  it('is not handed to the next person in this tab', () => {
    const { queue } = opened('ada');
    queue.add(event(1));
    queue.keep(0);
    expect(opened('ben').queue.isEmpty).toBe(true);
    expect(opened('ada').queue.isEmpty).toBe(true);
  });

  it.each([
    '{',
    '[]',
    '{"owner":"ada","offset":null,"dropped":0,"events":[]}',
    '{"owner":"ada","offset":0,"dropped":0,"events":[1]}',
  ])('begins empty when what is kept makes no sense: %s', (kept) => {
    sessionStorage.setItem('lakescope.usage_events', kept);
    expect(opened().queue.isEmpty).toBe(true);
  });

  it('drops the oldest above 500 and counts them, but none that is under way', () => {
    const { queue } = opened();
    for (let number = 0; number < 500; number++) queue.add(event(number));
    const underway = queue.take(2);
    queue.add(event(500));
    queue.add(event(501));
    queue.release(underway);
    expect(ids(queue.take(3))).toEqual(['event-0', 'event-1', 'event-4']);
    expect([queue.takeDropped(), queue.takeDropped()]).toEqual([2, 0]);
  });

  it('gives out what was not settled, once until it is released', () => {
    const { queue } = opened();
    for (let number = 0; number < 4; number++) queue.add(event(number));
    const first = queue.take(2);
    expect(ids(queue.take(10))).toEqual(['event-2', 'event-3']);
    expect([queue.waiting, queue.take(10)]).toEqual([0, []]);
    queue.settle(first);
    expect([queue.waiting, queue.isEmpty]).toEqual([0, false]);
  });

  it('puts no more into one request than browsers let outlive a page, in bytes and not in characters', () => {
    const { queue } = opened();
    for (let number = 0; number < 300; number++) queue.add(event(number, 'ü'.repeat(100)));
    let [taken, requests] = [queue.take(280), 0];
    for (; taken.length > 0; taken = queue.take(280), requests++) {
      expect(new TextEncoder().encode(JSON.stringify({ events: taken })).length).toBeLessThanOrEqual(60 * 1024);
    }
    expect([requests, queue.waiting]).toEqual([2, 0]);
  });
});
