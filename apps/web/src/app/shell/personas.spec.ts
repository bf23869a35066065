import { personasIn } from './personas';

describe('personasIn', () => {
  it('reads the names and the present one', () => {
    expect(personasIn({ personas: [{ name: 'admin' }, { name: 'analyst' }], current: 'analyst' })).toEqual({
      names: ['admin', 'analyst'],
      current: 'analyst',
    });
  });

  it.each([null, 'text', [], {}, { personas: 'admin' }])('finds no personas in %j', (answer) => {
    expect(personasIn(answer)).toBeUndefined();
  });
});
