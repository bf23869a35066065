import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SeededRandom } from '@lakescope/server-testing';
import { added, callInTurn, pooled, spread, type Round } from './calls-in-turn';

describe('calls in turn', () => {
  it('ask everybody once a turn, and each turn somebody else first', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end();
    }).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const times = await callInTurn(
      ['a', 'b', 'c'].map((name) => ({ url: `${url}/${name}`, headers: {}, body: '' })),
      3,
    );
    server.closeAllConnections();
    server.close();

    expect(asked.join('')).toBe('/a/b/c/b/c/a/c/a/b');
    expect(times.map(({ length }) => length)).toEqual([3, 3, 3]);
  });

  it('refuse an answer that is none', async () => {
    const server = createServer((_, response) => response.writeHead(503).end()).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

    await expect(callInTurn([{ url, headers: {}, body: '' }], 1)).rejects.toThrow(`${url} answered 503`);
    server.closeAllConnections();
    server.close();
  });

  it('are counted together, whatever round they were in', () => {
    const quick = Array.from({ length: 99 }, () => 1);
    const rounds: Round[] = [
      [quick, quick, quick],
      [
        [...quick, 2],
        [...quick, 4],
        [...quick, 9],
      ],
      [[5], [11], [21]],
    ];

    expect(pooled(rounds, 0.5)).toEqual([1, 1, 1]);
    expect(pooled(rounds, 0.999)).toEqual([5, 11, 21]);
    expect(added(rounds, 0.999)).toEqual({ direct: 5, ours: 6, theirs: 16, ratio: 0.375 });
  });

  it('tell how much of a value is chance: nothing where all rounds are alike', () => {
    const alike: Round = [[1], [2], [4]];
    const ratio = (rounds: readonly Round[]): number => added(rounds, 0.5).ratio;
    const unlike = [
      ...Array.from({ length: 5 }, () => alike),
      ...Array.from({ length: 5 }, (): Round => [[1], [4], [4]]),
    ];

    expect(spread([alike, alike, alike], ratio, new SeededRandom(1))).toEqual({ low: 1 / 3, high: 1 / 3 });
    expect(spread(unlike, ratio, new SeededRandom(1))).toEqual({ low: 1 / 3, high: 1 });
  });
});
