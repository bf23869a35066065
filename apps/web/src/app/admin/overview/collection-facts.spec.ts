import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import { type MetricsOverviewDto } from '@lakescope/web-api';
import { CollectionFacts } from './collection-facts';

const COLLECTS: MetricsOverviewDto = {
  state: 'ok',
  in_ring: 3,
  ring_capacity: 262_144,
  observed: 1_503,
  written: 1_490,
  overflow: 4,
  dropped_by_reason: { poison: 1, too_late: 5 },
  last_flush_at: '2026-11-21T09:30:00.000Z',
  last_roll_up_at: null,
  oldest_dirty_at: null,
};

describe('the metrics of a replica', () => {
  it('say what became of its requests, whatever the reason', () => {
    const text = shown(COLLECTS);

    expect(text).toContain('Collects');
    expect(text).toContain('1,503 since the start');
    expect(text).toContain('3 waiting, 4 folded, 6 lost');
    expect(text).toContain('not yet by this replica');
  });

  it('say that they wait, or that there is nothing to keep them', () => {
    expect(shown({ ...COLLECTS, state: 'degraded' })).toContain('Waits for the database');
    expect(shown({ ...COLLECTS, state: 'off', last_flush_at: null })).toContain('nothing yet');
  });
});

function shown(collection: MetricsOverviewDto): string {
  TestBed.resetTestingModule();
  TestBed.configureTestingModule({ providers: [provideRouter([])] });
  const fixture = TestBed.createComponent(CollectionFacts);
  fixture.componentRef.setInput('collection', collection);
  fixture.detectChanges();
  return (fixture.nativeElement as HTMLElement).textContent.replace(/\s+/g, ' ');
}
