import { InvalidRequest } from '@lakescope/server-http';
import { ServingLimits } from '../limits';
import { invocationRequestOf, streamRequestOf } from './invocation-request';

const LIMITS = new ServingLimits();
const MIB = 1024 * 1024;

describe('the body of an invocation', () => {
  it.each([
    ['spaces', `{"inputs":{"a":1}${' '.repeat(MIB)}}`],
    ['inputs that come twice', `{"inputs":{"text":"${'x'.repeat(MIB)}"},"inputs":{"a":1}}`],
  ])('is let go of when most of it is %s', (_, body) => {
    for (const { inputs } of [invocationRequestOf(Buffer.from(body), LIMITS), streamRequestOf(Buffer.from(body))]) {
      expect(inputs.toString()).toBe('{"a":1}');
      expect(inputs.buffer.byteLength).toBeLessThan(MIB);
    }
  });

  it('with names that nobody knows is refused with the beginning of these', () => {
    let refusal: unknown;
    try {
      invocationRequestOf(Buffer.from(`{"inputs":{},"${'x'.repeat(MIB)}":1,"__proto__":2}`), LIMITS);
    } catch (error) {
      refusal = error;
    }

    expect(refusal).toBeInstanceOf(InvalidRequest);
    const { details } = refusal as InvalidRequest;
    expect(details['fields']).toMatchObject([{ path: 'x'.repeat(255) }, { path: '__proto__' }]);
    expect(JSON.stringify(details).length).toBeLessThan(2_000);
  });
});
