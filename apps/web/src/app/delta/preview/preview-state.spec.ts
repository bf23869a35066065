import { previewParams, previewState } from './preview-state';

describe('the state of a preview in the URL', () => {
  it('is the first hundred rows of all columns when the URL says nothing', () => {
    expect(previewState(null, null, [])).toEqual({ offset: 0, limit: 100, columns: undefined });
  });

  it('survives the way through the URL', () => {
    const state = { offset: 500, limit: 200, columns: ['a,b', 'c'] };
    const params = previewParams(state);
    expect(previewState(String(params['offset']), String(params['limit']), params['columns'])).toEqual(state);
  });

  it('leaves out what is usual', () => {
    expect(previewParams({ offset: 0, limit: 100, columns: undefined })).toEqual({
      offset: null,
      limit: null,
      columns: null,
    });
  });

  it.each([
    ['-1', '7'],
    ['1e99', 'many'],
    ['', '0'],
  ])('ignores an offset of %j and a limit of %j', (offset, limit) => {
    expect(previewState(offset, limit, [])).toEqual({ offset: 0, limit: 100, columns: undefined });
  });
});
