import { STATES, stateFrom } from './permission-states';

describe('stateFrom', () => {
  it('knows every state', () => {
    for (const { state } of STATES) expect(stateFrom(state)).toBe(state);
  });

  it.each([undefined, '', 'forbidden'])('takes %j for all of them', (text) => {
    expect(stateFrom(text)).toBeUndefined();
  });
});
