import { NARROWEST_PX, paneWidth, WIDEST_PX } from './pane-splitter';

describe('the width of a pane', () => {
  it('stays within its limits, whatever this browser remembers', () => {
    expect(paneWidth('320')).toBe(320);
    expect(paneWidth(1)).toBe(NARROWEST_PX);
    expect(paneWidth('9999')).toBe(WIDEST_PX);
    expect([undefined, '', 'wide', Number.NaN, {}].map(paneWidth)).toEqual([280, 280, 280, 280, 280]);
  });
});
