import { RerunInferenceRequest } from './rerun-inference.dto';

const KEPT = { endpointName: 'line', servedEntity: 'line-2', timeoutSeconds: 7, inputs: Buffer.from('{}') };

describe('what is asked again', () => {
  it.each([
    ['the same way, when nothing else is said', {}, KEPT, 'line-2', 7],
    ['of another model', { served_entity: 'line-1' }, KEPT, 'line-1', 7],
    ['of another endpoint, whose models have other names', { endpoint_name: 'other' }, KEPT, undefined, 7],
    ['of the same endpoint by its name', { endpoint_name: 'line' }, KEPT, 'line-2', 7],
    ['with more time', { timeout_seconds: 60 }, KEPT, 'line-2', 60],
    ['with as much of its time as an answer at once has', {}, { ...KEPT, timeoutSeconds: 200 }, 'line-2', 100],
    ['with all of its time, later', { async: true }, { ...KEPT, timeoutSeconds: 200 }, 'line-2', 200],
    [
      'where nothing was said then',
      {},
      { ...KEPT, servedEntity: undefined, timeoutSeconds: undefined },
      undefined,
      undefined,
    ],
  ])('is asked %s', (_, asked, kept, servedEntity, timeoutSeconds) => {
    const question = Object.assign(new RerunInferenceRequest(), asked).questionOf(kept);

    expect(question).toEqual({
      inputs: kept.inputs,
      validate: false,
      isAsync: 'async' in asked,
      servedEntity,
      timeoutSeconds,
    });
  });
});
