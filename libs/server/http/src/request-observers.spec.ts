import { Logger } from '@nestjs/common';
import { RequestObservers, type ObservedRequest } from './request-observers';

const REQUEST: ObservedRequest = {
  endpoint: '/api/v1/status',
  method: 'GET',
  status: 200,
  durationMs: 1,
  userId: undefined,
  errorType: undefined,
  correlationId: 'id',
};

describe('observers of requests', () => {
  it('are all told, also when one of them fails, which is said once a minute', () => {
    const said: unknown[] = [];
    Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (line: unknown) => said.push(line) });
    const observers = new RequestObservers();
    const seen: ObservedRequest[] = [];
    observers.add(() => {
      throw new Error('broken');
    });
    observers.add((request) => seen.push(request));
    for (let count = 0; count < 3; count++) observers.notify(REQUEST);

    expect(seen).toEqual([REQUEST, REQUEST, REQUEST]);
    expect(said).toHaveLength(1);
    Logger.overrideLogger(false);
  });
});
