import { PassThrough } from 'node:stream';
import { failureTold } from '../invocations/ended-inference';
import { ServingLimits } from '../limits';
import { ModelEvents, type StreamEnd } from './model-events';

const CHUNK = { choices: [{ index: 0, delta: { content: 'x' }, finish_reason: null }] };

describe('the events of a model', () => {
  let model: PassThrough;
  let end: StreamEnd | undefined;

  const eventsOf = (limits: Partial<ServingLimits> = {}, began = performance.now()): ModelEvents =>
    new ModelEvents(
      model,
      { requestId: 'r', endpointName: 'chat', servedEntity: undefined, correlationId: 'c', path: '/', began },
      new ServingLimits(limits),
      (ended) => (end = ended),
    );
  const read = async (events: ModelEvents): Promise<string> => {
    let text = '';
    for await (const piece of events) text += String(piece);
    return text;
  };

  beforeEach(() => {
    model = new PassThrough();
    end = undefined;
  });

  it('that nobody reads any longer end as the client has ended them, and not as an error of the server', async () => {
    const events = eventsOf();
    model.write(`data: ${JSON.stringify(CHUNK)}\n\n`);
    await new Promise((resolve) => setImmediate(resolve));
    events.destroy();

    expect(end).toMatchObject({ status: 'ERROR' });
    expect(failureTold(end?.error)).toEqual({
      errorCode: 'CLIENT_CLOSED',
      errorMessage: 'The client left before the answer was whole',
    });
    expect(String(end?.answer.json())).toContain('"content":"x"');
    expect(model.destroyed).toBe(true);
  });

  it('whose reader is too slow end the same way', async () => {
    const events = eventsOf({ readerBytes: 1_000 });
    const cut = new Promise<unknown>((resolve) => events.once('error', resolve));
    model.write(`data: ${JSON.stringify(CHUNK)}\n\n`.repeat(50));

    expect(await cut).toMatchObject({ kind: 'aborted' });
    expect(failureTold(end?.error).errorCode).toBe('CLIENT_CLOSED');
    expect(model.destroyed).toBe(true);
  });

  it('stay one event each, however the model broke its lines, to the last digit', async () => {
    model.end('data: {"choices":[],\ndata: "id":9007199254740993}\n\ndata: [DONE]\n\n');

    expect(await read(eventsOf())).toContain('event: chunk\ndata: {"choices":[], "id":9007199254740993}\n\n');
  });

  it('end after their time, of which the wait for the first of them is a part', async () => {
    const text = await read(eventsOf({ streamMs: 60_000 }, performance.now() - 60_000));

    expect(text).toContain('"error_code":"MODEL_TIMEOUT"');
    expect(end?.status).toBe('TIMEOUT');
  });

  it('of several answers at once are kept as the first of these', async () => {
    for (const [index, content] of [
      [0, 'a'],
      [1, 'b'],
      [0, 'c'],
    ] as const) {
      model.write(`data: ${JSON.stringify({ choices: [{ index, delta: { content } }] })}\n\n`);
    }
    model.end('data: [DONE]\n\n');
    await read(eventsOf());

    expect(String(end?.answer.json())).toContain('"content":"ac"');
  });
});
