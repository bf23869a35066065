import { checkedInput } from './detected-schema';
import { schemaOfOpenApi } from './openapi-schema';

const ROWS = {
  type: 'array',
  items: {
    type: 'object',
    properties: { age: { type: 'number', format: 'double' }, plan: { $ref: '#/components/schemas/Plan' } },
    required: ['age'],
  },
};

function document(schema: object): string {
  const post = { requestBody: { content: { 'application/json': { schema } } } };
  return JSON.stringify({
    openapi: '3.1.0',
    paths: {
      '/served-models/old/invocations': { post: { requestBody: { content: { 'application/json': { schema: {} } } } } },
      '/served-models/churn-1/invocations': { post },
    },
    components: { schemas: { Plan: { type: 'string', enum: ['basic', 'full'], pattern: '^(a+)+$' } } },
  });
}

describe('the OpenAPI document of an endpoint', () => {
  it('says what the model of this name takes, in the form that people read best', () => {
    const forms = [
      { type: 'object', properties: { dataframe_split: { type: 'object' } } },
      { type: 'object', properties: { dataframe_records: ROWS } },
    ];
    const input = schemaOfOpenApi(document({ oneOf: forms }), 'churn-1');

    expect([input?.required, input?.optional]).toEqual([['age'], ['plan']]);
    expect(input?.schema.required).toEqual(['dataframe_records']);
    expect(JSON.stringify(input?.schema)).not.toContain('pattern');
    expect(input === undefined ? undefined : checkedInput(input).example).toEqual({
      dataframe_records: [{ age: 1.5, plan: 'basic' }],
    });
  });

  it('may refer to itself without end', () => {
    const schema = {
      type: 'object',
      properties: {
        next: {
          $ref: '#/paths/~1served-models~1churn-1~1invocations/post/requestBody/content/application~1json/schema',
        },
      },
    };

    expect(schemaOfOpenApi(document(schema), 'churn-1')?.optional).toEqual(['next']);
  });

  it.each(['', 'no JSON', '[]', '{"paths":{"/x":{}}}', '{"paths":{"/invocations":{"post":{}}}}'])(
    'says nothing when it is %s',
    (text) => {
      expect(schemaOfOpenApi(text, undefined)).toBeUndefined();
    },
  );
});
