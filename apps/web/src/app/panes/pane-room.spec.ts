import { paneWidth } from './pane-room';

describe('the width of a pane', () => {
  const room = { key: 'pane', narrowest: 180, usual: 280, widest: 560 };

  it('stays within its limits, whatever this browser remembers', () => {
    expect(['320', 1, '9999'].map((value) => paneWidth(room, value))).toEqual([320, 180, 560]);
    expect([undefined, '', 'wide', Number.NaN, {}].map((value) => paneWidth(room, value))).toEqual(
      Array(5).fill(room.usual),
    );
  });
});
