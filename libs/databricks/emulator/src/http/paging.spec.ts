import { decodePageToken, encodePageToken } from './page-token';
import { pageLimit, queryText } from './query';

describe('paging', () => {
  const limits = { usual: 100, maximum: 1000 };

  it.each([
    [{}, 100],
    [{ max_results: '' }, 100],
    [{ max_results: '0' }, 100],
    [{ max_results: '1' }, 1],
    [{ max_results: '5000' }, 1000],
    [{ max_results: ['7', '8'] }, 8],
  ])('with %j has at most %d items on a page', (query, limit) => {
    expect(pageLimit(query, 'max_results', limits)).toBe(limit);
  });

  it.each(['-1', '1.5', 'ten', '1e3', '9'.repeat(40)])('refuses a page size of %s', (size) => {
    expect(() => pageLimit({ max_results: size }, 'max_results', limits)).toThrow(
      expect.objectContaining({ status: 400, errorCode: 'INVALID_PARAMETER_VALUE' }),
    );
  });

  it('hands out tokens that only their list understands', () => {
    const token = encodePageToken(['VOLUME', 'demo.lake'], 'größe 100%');

    expect(token).toMatch(/^[\w-]+$/);
    expect(decodePageToken(['VOLUME', 'demo.lake'], token)).toBe('größe 100%');
    expect(() => decodePageToken(['VOLUME', 'demo.other'], token)).toThrow('Invalid page_token');
  });

  it.each(['garbage', '%', 'W10', 'bnVsbA', 'WyJWT0xVTUUiXQ', 'eyJhIjoxfQ'])('refuses the token %s', (token) => {
    expect(() => decodePageToken(['VOLUME'], token)).toThrow('Invalid page_token');
  });

  it('reads no inherited name as a parameter', () => {
    expect(queryText({}, 'constructor')).toBeUndefined();
  });
});
