import type { ChatCompletion, EmbeddingsResponse } from '@lakescope/databricks-wire';
import { ask, type Answer } from '../testing/given-workspace';
import { CHAT, EMBEDDINGS, refusalOf, SERVING, ServingWorkspace } from '../testing/given-serving';

const MEGABYTE = 1024 * 1024;

describe('requests to served models', () => {
  let given: ServingWorkspace;

  beforeAll(async () => {
    given = await ServingWorkspace.start();
    const [one, two] = [await given.model('miles', 1), await given.model('miles', 2)];
    const routes = [
      { served_entity_name: 'one', traffic_percentage: 20 },
      { served_entity_name: 'two', traffic_percentage: 80 },
    ];
    await given.endpoint(
      'split',
      [
        { ...one, name: 'one' },
        { ...two, name: 'two' },
      ],
      {},
      { routes },
    );
    await given.endpoint('chat');
    await given.endpoint('embeddings', [EMBEDDINGS]);
    await given.endpoint('completions', [{ entity_name: 'system.ai.lakescope-local-completions', name: 'c' }]);
  });
  afterAll(() => given.stop());

  const hello = (more: object = {}) => ({ messages: [{ role: 'user', content: 'What is here?' }], ...more });
  const chat = async (more?: object): Promise<ChatCompletion> =>
    (await given.invoke('chat', hello(more))).json<ChatCompletion>();
  const contentOf = (answer: ChatCompletion): string => answer.choices[0]?.message.content ?? '';

  describe('of chat', () => {
    it('get the same words for the same messages, which say what they are', async () => {
      const [first, second] = [await chat(), await chat()];

      expect(first).toMatchObject({ object: 'chat.completion', choices: [{ index: 0, finish_reason: 'stop' }] });
      expect(contentOf(first)).toMatch(/local demo model of Lakescope, not a language model/);
      expect(contentOf(first)).toContain('“What is here?”');
      expect(first.choices).toEqual(second.choices);
    });

    it('come by the path of OpenAI clients, too', async () => {
      const openai = await given.send('POST', '/serving-endpoints/chat/completions', hello({ model: 'chat' }));

      expect([openai.status, openai.headers['served-model-name']]).toEqual([200, 'chat']);
      expect(openai.json<ChatCompletion>().choices).toEqual((await chat()).choices);
    });

    it('get no more tokens than they ask for, nothing from a stop word on, and as many choices as they want', async () => {
      const [short, stopped, several] = [
        await chat({ max_tokens: 5, temperature: 0 }),
        await chat({ stop: ['demo'] }),
        await chat({ n: 3 }),
      ];

      expect([contentOf(short).split(' ').length, short.choices[0]?.finish_reason]).toEqual([5, 'length']);
      expect(short.usage).toEqual({ prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 });
      expect([contentOf(stopped), stopped.choices[0]?.finish_reason]).toEqual(['I am the local', 'stop']);
      expect(several.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
      expect(new Set(several.choices.map(({ message }) => message.content)).size).toBe(3);
    });

    it.each([
      ['nothing', ''],
      ['half a document', '{"messages":'],
      ['a list', '[]'],
      ['no messages', {}],
      ['messages that are none', { messages: 'hi' }],
      ['an empty list of messages', { messages: [] }],
      ['an unknown role', { messages: [{ role: 'robot', content: 'hi' }] }],
      ['no content', { messages: [{ role: 'user' }] }],
      ['the form of another kind', { dataframe_records: [{ a: 1 }] }],
      ['too many tokens', hello({ max_tokens: 1_000_000 })],
      ['no whole number of tokens', hello({ max_tokens: 1.5 })],
      ['a temperature beyond the scale', hello({ temperature: 3 })],
      ['a stop that is no word', hello({ stop: [1] })],
      ['a stream that is neither yes nor no', hello({ stream: 'yes' })],
    ])('with %s are refused', async (_what, body) => {
      expect(refusalOf(await given.invoke('chat', body))).toEqual([400, 'BAD_REQUEST']);
    });
  });

  it('are split by the percentages of the routes', async () => {
    const names: unknown[] = [];
    for (let call = 0; call < 50; call += 1) {
      const answer = await given.invoke('split', { dataframe_records: [{ miles: 3 }] });
      names.push(answer.headers['served-model-name']);
    }

    expect([names.filter((name) => name === 'one').length, names.length]).toEqual([10, 50]);
  });

  it('may name the served entity', async () => {
    const to = (served: string) =>
      given.send('POST', `/serving-endpoints/split/served-models/${served}/invocations`, {
        dataframe_records: [{ miles: 3 }],
      });

    expect([(await to('one')).json(), (await to('two')).json()]).toEqual([{ predictions: [3] }, { predictions: [6] }]);
    expect(refusalOf(await to('three'))).toEqual([404, 'ENDPOINT_NOT_FOUND']);
  });

  it.each(['nope', 'a%2Fb', '%E6%95%B0%E6%8D%AE'])(
    'to an endpoint that is not there (%s) are refused',
    async (name) => {
      const answer = await given.invoke(name, hello());

      expect(refusalOf(answer)).toEqual([404, 'ENDPOINT_NOT_FOUND']);
      expect(answer.text).toContain('The given endpoint does not exist');
    },
  );

  it('get unit vectors, near each other for texts with words in common', async () => {
    const input = ['delays of flights in January', 'flights and their delays', 'a recipe for bread'];
    const { data } = (await given.invoke('embeddings', { input })).json<EmbeddingsResponse>();
    const again = (await given.invoke('embeddings', { input: input[0] })).json<EmbeddingsResponse>().data;
    const base64 = (await given.invoke('embeddings', { input, encoding_format: 'base64' })).json<EmbeddingsResponse>();

    const vectors = data.map(({ embedding }) => embedding as number[]);
    const product = (one = 0, other = 0): number =>
      (vectors[one] ?? []).reduce((sum, value, index) => sum + value * (vectors[other]?.[index] ?? 0), 0);
    expect(vectors.map((vector) => vector.length)).toEqual([256, 256, 256]);
    expect(product(0, 0)).toBeCloseTo(1, 5);
    expect(product(0, 1)).toBeGreaterThan(product(0, 2));
    expect(again[0]?.embedding).toEqual(vectors[0]);
    const bytes = Buffer.from(String(base64.data[0]?.embedding), 'base64');
    expect(bytes.readFloatLE(0)).toBeCloseTo(vectors[0]?.[0] ?? Number.NaN, 6);
  });

  it('for completions get one for each prompt', async () => {
    const answer = await given.invoke('completions', { prompt: ['One', 'Two'], max_tokens: 30 });

    const { choices } = answer.json<{ choices: { index: number; text: string }[] }>();
    expect(choices.map(({ index, text }) => [index, /“(\w+)”/.exec(text)?.[1]])).toEqual([
      [0, 'One'],
      [1, 'Two'],
    ]);
  });

  it('are refused beyond 16 MB for custom models and 4 MB for language models', async () => {
    const sized = (megabytes: number): string =>
      JSON.stringify(hello({ client_request_id: 'x'.repeat(megabytes * MEGABYTE) }));
    const answers: Answer[] = [
      await given.invoke('chat', sized(3)),
      await given.invoke('chat', sized(5)),
      await given.invoke(
        'split',
        JSON.stringify({ dataframe_records: [{ miles: 1 }], client_request_id: 'x'.repeat(15 * MEGABYTE) }),
      ),
      await given.invoke('split', sized(17)),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 413, 200, 413]);
    expect(answers[1]?.text).toContain('Request size cannot exceed 4194304 bytes.');
    expect(answers[3]?.text).toContain('Request size cannot exceed 16777216 bytes.');
  });

  it('are refused beyond the rate limit, for each user by himself', async () => {
    await given.endpoint('limited', [CHAT], { CAN_QUERY: ['engineers'] });
    await given.send('PUT', `${SERVING}/limited/ai-gateway`, {
      rate_limits: [{ calls: 2, key: 'user', renewal_period: 'minute' }],
    });

    const statuses: number[] = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await given.invoke('limited', hello())).status);
    const refused = await given.invoke('limited', hello());
    const other = await given.invoke('limited', hello(), 'engineer');

    expect(statuses).toEqual([200, 200, 429]);
    expect(refusalOf(refused)).toEqual([429, 'REQUEST_LIMIT_EXCEEDED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(other.status).toBe(200);
  });

  it('need a scope that opens serving', async () => {
    const withScope = async (scope: string): Promise<number> => {
      const { token } = await given.workspace.issueUserToken('admin', [scope]);
      const path = '/serving-endpoints/chat/invocations';
      return (await ask(given.workspace, path, { method: 'POST', token, body: JSON.stringify(hello()) })).status;
    };

    expect(await Promise.all(['model-serving', 'model-serving-inference', 'sql'].map(withScope))).toEqual([
      200, 200, 403,
    ]);
  });

  it('are counted, and leave lines in the log without what was asked', async () => {
    const model = await given.model('counted', 1);
    await given.endpoint('counted', [{ ...model, name: 'c' }]);
    await given.invoke('counted', { dataframe_records: [{ miles: 4711.5 }] });
    await given.invoke('counted', { dataframe_records: [{ kilometres: 1 }] });

    const metrics = (await given.send('GET', `${SERVING}/counted/metrics`)).text;
    const logs = (await given.send('GET', `${SERVING}/counted/served-models/c/logs`)).json<{ logs: string }>().logs;
    const chatLogs = await given.send('GET', `${SERVING}/chat/served-models/chat/logs`);

    const labels = '{endpoint_name="counted",served_entity_name="c"}';
    expect(metrics).toContain(`\nrequest_count_total${labels} 2 `);
    expect(metrics).toContain(`\nrequest_4xx_count_total${labels} 1 `);
    expect(metrics).toContain(`\nrequest_5xx_count_total${labels} 0 `);
    expect(metrics).toContain(`\nrequest_latency_ms_count${labels} 2 `);
    expect(metrics).toMatch(/request_latency_ms_bucket\{[^}]*le="\+Inf"\} 2 /);
    expect(logs).toMatch(/"POST \/invocations" 200 .*\n.*"POST \/invocations" 400 /);
    expect(logs).not.toContain('4711');
    expect(refusalOf(chatLogs)).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('are described by an OpenAPI document for custom models alone', async () => {
    const split = await given.send('GET', `${SERVING}/split/openapi`);
    const language = await given.send('GET', `${SERVING}/chat/openapi`);

    const { paths } = JSON.parse(split.text) as { paths: object };
    expect(split.headers['content-type']).toContain('text/plain');
    expect(Object.keys(paths)).toEqual(['/served-models/one/invocations', '/served-models/two/invocations']);
    expect(refusalOf(language)).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });
});
