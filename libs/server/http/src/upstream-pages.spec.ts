import type { Page } from '@lakescope/databricks-client';
import { collectPage, type UpstreamPosition } from './upstream-pages';

/** A list of the platform: each page as it would come, whatever size was asked for. */
function upstream(...pages: number[][]): (token: string | undefined) => Promise<Page<number>> {
  return (token) => {
    const index = Number(token ?? 0);
    const nextPageToken = index + 1 < pages.length ? String(index + 1) : undefined;
    return Promise.resolve({ items: pages[index] ?? [], nextPageToken });
  };
}

async function readAll(limit: number, ...pages: number[][]): Promise<number[][]> {
  const read: number[][] = [];
  let next: UpstreamPosition | undefined = { skip: 0 };
  while (next !== undefined) {
    const page: { items: number[]; next: UpstreamPosition | undefined } = await collectPage(
      limit,
      next,
      upstream(...pages),
    );
    read.push(page.items);
    next = page.next;
  }
  return read;
}

describe('a page made of the pages of the platform', () => {
  it.each([
    [
      'exact ones',
      2,
      [
        [1, 2],
        [3, 4],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [
      'short ones',
      3,
      [[1], [2], [3, 4], [5]],
      [
        [1, 2, 3],
        [4, 5],
      ],
    ],
    ['empty ones with a token', 2, [[], [1], [], [2, 3], []], [[1, 2], [3]]],
    ['longer ones than were asked for', 2, [[1, 2, 3, 4, 5]], [[1, 2], [3, 4], [5]]],
    ['none at all', 2, [[]], [[]]],
  ])('gives every item once, in order: %s', async (_, limit, pages, expected) => {
    const read = await readAll(limit, ...pages);

    expect(read.flat()).toEqual(expected.flat());
    expect(read.every((page) => page.length <= limit)).toBe(true);
    expect(read.slice(0, expected.length)).toEqual(expected);
  });

  it('stops after many empty ones and says where to go on', async () => {
    const page = await collectPage(2, { skip: 0 }, upstream(...Array.from({ length: 50 }, () => []), [7]));

    expect(page).toEqual({ items: [], next: { token: '20', skip: 0 } });
  });
});
