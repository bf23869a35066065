import { type EndpointMetricsDto } from '@lakescope/web-api';
import { nextOrder, orderFrom, orderText, SORT_KEYS, sortEndpoints } from './endpoint-order';

const endpoint = (name: string, method: string, count: number, avg: number | null): EndpointMetricsDto => ({
  endpoint: name,
  method,
  request_count: count,
  error_count: count % 3,
  error_rate: (count % 3) / count,
  avg_response_time_ms: avg,
  p50_response_time_ms: avg,
  p95_response_time_ms: avg,
  p99_response_time_ms: avg,
});
const all = [endpoint('/b', 'GET', 5, 10), endpoint('/a', 'POST', 5, null), endpoint('/a', 'GET', 9, 10)];
const order = (text: string | null) =>
  sortEndpoints(all, orderFrom(text)).map(({ endpoint: name, method }) => `${method} ${name}`);

describe('the order of endpoints', () => {
  it('is slowest first when nothing is said, what is unknown last, equals by name', () => {
    expect(order(null)).toEqual(['GET /a', 'GET /b', 'POST /a']);
    expect(order('sideways')).toEqual(order(null));
  });

  it('is by every column, both ways', () => {
    expect(order('requests')).toEqual(['POST /a', 'GET /b', 'GET /a']);
    expect(order('-requests')).toEqual(['GET /a', 'POST /a', 'GET /b']);
    expect(order('endpoint')).toEqual(['GET /a', 'POST /a', 'GET /b']);
    expect(order('-method')).toEqual(['POST /a', 'GET /a', 'GET /b']);
    for (const key of SORT_KEYS) expect(order(key)).toHaveLength(3);
  });

  it('survives the way through the URL, and the usual one leaves no trace in it', () => {
    for (const key of SORT_KEYS) {
      for (const isDescending of [true, false]) {
        expect(orderFrom(orderText({ key, isDescending }))).toEqual({ key, isDescending });
      }
    }
    expect(orderText(orderFrom(null))).toBeNull();
  });

  it('turns round at the second click, and begins with the largest numbers and the first names', () => {
    expect(nextOrder({ key: 'p95', isDescending: true }, 'p95')).toEqual({ key: 'p95', isDescending: false });
    expect(nextOrder({ key: 'p95', isDescending: false }, 'avg')).toEqual({ key: 'avg', isDescending: true });
    expect(nextOrder({ key: 'p95', isDescending: true }, 'endpoint')).toEqual({ key: 'endpoint', isDescending: false });
  });
});
