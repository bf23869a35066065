import type { ErrorEnvelope, FunctionInfo, ListFunctionsResponse } from '@lakescope/databricks-wire';
import type { PersonaName } from '../identity/personas';
import { ask, givenWorkspace, type Answer } from '../testing/given-workspace';
import type { LocalWorkspace } from '../workspace/local-workspace';

const ROOT = '/api/2.1/unity-catalog';
const PLUS = {
  ...{ name: 'plus', catalog_name: 'demo', schema_name: 'lake', comment: 'Adds' },
  input_params: {
    parameters: [
      { name: 'a', type_text: 'int', type_name: 'INT', position: 0 },
      { name: 'b', type_text: 'int', type_name: 'INT', position: 1, parameter_default: '1' },
    ],
  },
  ...{ data_type: 'INT', full_data_type: 'INT', routine_body: 'SQL', routine_definition: 'a + b' },
  ...{ parameter_style: 'S', is_deterministic: true, sql_data_access: 'CONTAINS_SQL', is_null_call: false },
  ...{ security_type: 'DEFINER', specific_name: 'plus' },
};

describe('functions', () => {
  let workspace: LocalWorkspace;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ workspace, stop } = await givenWorkspace());
    await workspace.createCatalog('demo', { readers: [] });
    await workspace.createSchema('demo', 'lake');
    await workspace.grant('CATALOG', 'demo', 'engineers', ['USE_CATALOG', 'USE_SCHEMA', 'CREATE_FUNCTION']);
    await workspace.grant('CATALOG', 'demo', 'analysts', ['USE_CATALOG', 'USE_SCHEMA']);
  });
  afterAll(() => stop());

  const as = (persona: PersonaName, method: string, path: string, body?: unknown): Promise<Answer> =>
    ask(workspace, `${ROOT}${path}`, {
      method,
      token: workspace.personas[persona].token,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  it('are made, read, listed and dropped by those who may', async () => {
    const refused = await as('analyst', 'POST', '/functions', { function_info: PLUS });
    const made = await as('engineer', 'POST', '/functions', { function_info: PLUS });
    const unseen = await as('analyst', 'GET', '/functions/demo.lake.plus');
    await workspace.grant('FUNCTION', 'demo.lake.plus', 'analyst', ['EXECUTE']);
    const seen = await as('analyst', 'GET', '/functions/demo.lake.plus');
    const listed = await as('analyst', 'GET', '/functions?catalog_name=demo&schema_name=lake');
    const twice = await as('engineer', 'POST', '/functions', { function_info: { ...PLUS, name: 'PLUS' } });
    const stranger = await as('analyst', 'DELETE', '/functions/demo.lake.plus');
    const dropped = await as('engineer', 'DELETE', '/functions/demo.lake.plus');
    const after = await as('engineer', 'GET', '/functions/demo.lake.plus');

    expect(refused.json<ErrorEnvelope>().message).toBe("User does not have CREATE FUNCTION on Schema 'demo.lake'.");
    expect(made.json<FunctionInfo>()).toMatchObject({
      ...PLUS,
      full_name: 'demo.lake.plus',
      owner: workspace.personas.engineer.userName,
      function_id: expect.any(String),
    });
    expect(unseen.json<ErrorEnvelope>().message).toBe("User does not have EXECUTE on Function 'demo.lake.plus'.");
    expect(seen.json()).toEqual(made.json());
    expect(listed.json<ListFunctionsResponse>().functions).toEqual([made.json()]);
    expect([twice.status, stranger.status, dropped.status, after.status]).toEqual([409, 403, 200, 404]);
  });

  it('are given away, and change nothing else', async () => {
    await as('engineer', 'POST', '/functions', { function_info: { ...PLUS, name: 'given' } });

    const answer = await as('engineer', 'PATCH', '/functions/demo.lake.given', {
      ...{ owner: workspace.personas.analyst.userName, comment: 'Changed' },
    });

    expect(answer.json<FunctionInfo>()).toMatchObject({
      owner: workspace.personas.analyst.userName,
      comment: 'Adds',
      updated_by: workspace.personas.engineer.userName,
    });
  });

  it.each(Object.keys(PLUS).filter((field) => !['comment', 'input_params'].includes(field)))(
    'are not made without %s',
    async (field) => {
      const info = Object.fromEntries(Object.entries({ ...PLUS, name: 'lacking' }).filter(([key]) => key !== field));

      const answer = await as('engineer', 'POST', '/functions', { function_info: info });

      expect([answer.status, answer.json()['error_code'], answer.json()['message']]).toEqual([
        400,
        'INVALID_PARAMETER_VALUE',
        `Missing required field: ${field}`,
      ]);
    },
  );

  it.each([
    [{ function_info: 'plus' }],
    [{}],
    [{ function_info: { ...PLUS, routine_body: 'PYTHON' } }],
    [{ function_info: { ...PLUS, is_deterministic: 'yes' } }],
    [{ function_info: { ...PLUS, input_params: { parameters: 'a' } } }],
  ])('are not made of %j', async (body) => {
    expect((await as('engineer', 'POST', '/functions', body)).status).toBe(400);
  });
});
