import { tabFrom } from './inspector-tabs';

describe('tabFrom', () => {
  it('takes a tab that exists', () => {
    expect(tabFrom('history')).toBe('history');
  });

  it.each([undefined, '', 'folders', '__proto__'])('shows the overview for %s', (text) => {
    expect(tabFrom(text)).toBe('overview');
  });
});
