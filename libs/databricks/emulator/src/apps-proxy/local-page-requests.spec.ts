import { countOf } from './local-page-requests';
import { Markup, markup } from './markup';

describe('how many requests are shown', () => {
  it.each([
    [0, 0, 'No requests to the workspace yet.'],
    [1, 1, 'The only request to the workspace so far.'],
    [7, 7, 'All 7 requests to the workspace so far.'],
    [50, 50, 'All 50 requests to the workspace so far.'],
    [50, 312, 'The last 50 of 312 requests to the workspace.'],
  ])('%i of %i: %s', (visible, total, text) => {
    expect(countOf(visible, total)).toBe(text);
  });
});

describe('markup', () => {
  it('escapes what is put into it, once', () => {
    const inner = markup`<b title="${'"<&>'}">${"o'clock"}</b>`;

    expect(markup`<p>${inner}${[inner]}${undefined}${3}</p>`).toEqual(new Markup(`<p>${inner.text}${inner.text}3</p>`));
    expect(inner.text).toBe('<b title="&#34;&#60;&#38;&#62;">o&#39;clock</b>');
  });
});
