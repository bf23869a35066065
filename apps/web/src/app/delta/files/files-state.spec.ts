import { convertToParamMap } from '@angular/router';
import { filesParams, filesState, type FilesState } from './files-state';

const USUAL: FilesState = { sort: 'path', isDescending: false, partition: {}, filters: [], row: undefined };

describe('the list of files in the URL', () => {
  it('is all files by path when the URL says nothing', () => {
    expect(filesState(convertToParamMap({}))).toEqual(USUAL);
    expect(Object.values(filesParams(USUAL)).every((value) => value === null)).toBe(true);
  });

  it('survives the way through the URL, the empty value of a partition too', () => {
    const state: FilesState = {
      sort: 'size',
      isDescending: true,
      partition: { month: '3', 'a"b': null },
      filters: [{ column: 'id', op: 'between', values: ['1', '9'] }],
      row: 1233,
    };
    const params = Object.fromEntries(
      Object.entries(filesParams(state)).map(([name, value]) => [
        name,
        typeof value === 'number' ? String(value) : value,
      ]),
    ) as Record<string, string | string[]>;
    expect(filesState(convertToParamMap(params))).toEqual(state);
  });

  it.each([
    { sort: 'colour', desc: '1', row: '0' },
    { part: ['[1,2]', 'null', '["a"]', '{'], filter: ['{}'], row: '1e9' },
  ])('ignores what makes no sense: %j', (params) => {
    expect(filesState(convertToParamMap(params))).toEqual(USUAL);
  });
});
