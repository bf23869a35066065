import { convertToParamMap } from '@angular/router';
import { previewParams, previewState, type PreviewState } from './preview-state';

const USUAL: PreviewState = { offset: 0, limit: 100, columns: undefined, filters: [] };

describe('the state of a preview in the URL', () => {
  it('is the first hundred rows of all columns when the URL says nothing', () => {
    expect(previewState(convertToParamMap({}))).toEqual(USUAL);
  });

  it('survives the way through the URL', () => {
    const state: PreviewState = {
      offset: 500,
      limit: 200,
      columns: ['a,b', 'c'],
      filters: [{ column: 'c', op: 'in', values: ['1', '"'] }],
    };
    const { offset, limit, columns, filter } = previewParams(state) as Record<string, string[]>;
    const url = convertToParamMap({ offset: String(offset), limit: String(limit), columns, filter });
    expect(previewState(url)).toEqual(state);
  });

  it('leaves out what is usual', () => {
    expect(previewParams(USUAL)).toEqual({ offset: null, limit: null, columns: null, filter: null });
  });

  it.each([
    ['-1', '7'],
    ['1e99', 'many'],
    ['', '0'],
  ])('ignores an offset of %j and a limit of %j', (offset, limit) => {
    expect(previewState(convertToParamMap({ offset, limit, filter: '{}' }))).toEqual(USUAL);
  });
});
