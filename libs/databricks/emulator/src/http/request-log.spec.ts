import { RequestLog, type LoggedRequest } from './request-log';

function entry(path: string, route?: string): LoggedRequest {
  return { id: '1', time: '', method: 'GET', path, route, status: 404, milliseconds: 1, principal: undefined };
}

describe('RequestLog', () => {
  it('counts how often a missing API was asked for', () => {
    const log = new RequestLog(10);
    for (const path of ['/a', '/b', '/a']) log.add(entry(path));
    log.add(entry('/c', '/:name'));

    expect(log.gaps()).toEqual([
      { method: 'GET', path: '/a', count: 2 },
      { method: 'GET', path: '/b', count: 1 },
    ]);
  });

  it('does not grow when somebody asks for endless different paths', () => {
    const log = new RequestLog(10);
    for (let index = 0; index < 1000; index += 1) log.add(entry(`/${index}`));

    expect([log.entries().length, log.gaps().length, log.count()]).toEqual([10, 10, 1000]);
    expect(log.entries()[0]?.path).toBe('/990');
  });
});
