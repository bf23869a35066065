import { servingEntries } from './serving-entries';

const endpoints = [
  { name: 'flight-delay', entities: [{ entity_name: 'demo.models.flight_delay' }] },
  { name: 'lake/chat é', entities: [{ entity_name: null }] },
];

describe('serving endpoints in the palette', () => {
  it('are found by their names and by those of their models', () => {
    expect(servingEntries('DELAY', endpoints).map(({ label, hint }) => [label, hint])).toEqual([
      ['flight-delay', 'demo.models.flight_delay'],
    ]);
    expect(servingEntries('demo.models', endpoints)).toHaveLength(1);
  });

  it('lead to their page, whatever is in their names', () => {
    expect(servingEntries('chat', endpoints)[0]?.commands).toEqual(['/serving', 'lake/chat é']);
  });
});
