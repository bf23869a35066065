import { servingEntries } from './serving-entries';

const endpoints = [
  { name: 'flight-delay', entities: [{ entity_name: 'demo.models.flight_delay' }] },
  { name: 'lake/chat é', entities: [{ entity_name: null }] },
];

describe('serving endpoints in the palette', () => {
  it('say which model they have, the best first', () => {
    expect(servingEntries(endpoints).map(({ label, hint }) => [label, hint])).toEqual([
      ['flight-delay', 'demo.models.flight_delay'],
      ['lake/chat é', ''],
    ]);
  });

  it('lead to their page, whatever is in their names', () => {
    expect(servingEntries(endpoints)[1]?.commands).toEqual(['/serving', 'lake/chat é']);
  });
});
