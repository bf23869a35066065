import Ajv2020 from 'ajv/dist/2020';
import { pathItemOf } from './openapi';
import { readSignature } from './read-signature';

interface PathItem {
  post: {
    requestBody: { content: { 'application/json': { schema: object } } };
    responses: { '200': { content: { 'application/json': { schema: object } } } };
  };
}

const of = (parts: Readonly<Record<string, readonly object[]>>): { request: object; answer: object } => {
  const signature = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, JSON.stringify(part)]));
  const { post } = pathItemOf(readSignature(signature)) as PathItem;
  return {
    request: post.requestBody.content['application/json'].schema,
    answer: post.responses['200'].content['application/json'].schema,
  };
};
const fits = (schema: object, value: unknown): boolean =>
  new Ajv2020({ strict: false, logger: false }).validate(schema, value);

describe('the OpenAPI description of a custom model', () => {
  it('knows what is optional, nested values and params', () => {
    const { request, answer } = of({
      inputs: [
        { type: 'array', items: { type: 'long' }, name: 'a' },
        { type: 'object', properties: { k: { type: 'string' }, n: { type: 'double', required: false } }, name: 'o' },
        { type: 'map', values: { type: 'boolean' }, name: 'm', required: false },
      ],
      outputs: [{ type: 'string' }],
      params: [{ name: 'top', type: 'integer', default: 3, shape: null }],
    });
    const row = { a: [1], o: { k: 'x' } };

    expect(fits(request, { dataframe_records: [row], params: { top: 1 } })).toBe(true);
    expect(fits(request, { dataframe_records: [{ ...row, m: { yes: true } }] })).toBe(true);
    expect(fits(request, { dataframe_records: [{ ...row, m: { yes: 1 } }] })).toBe(false);
    expect(fits(request, { dataframe_records: [{ a: [1], o: {} }] })).toBe(false);
    expect(fits(request, { dataframe_records: [row], params: { top: 'x' } })).toBe(false);
    expect(fits(answer, { predictions: ['x'] })).toBe(true);
    expect(fits(answer, { predictions: [1] })).toBe(false);
  });

  it('has tensors as lists in lists, in rows and in columns', () => {
    const tensor = (dtype: string, shape: readonly number[]) => ({ type: 'tensor', 'tensor-spec': { dtype, shape } });
    const one = of({ inputs: [tensor('float64', [-1, 2])] }).request;
    const two = of({
      inputs: [
        { ...tensor('int64', [-1]), name: 'x' },
        { ...tensor('float32', [-1, 2]), name: 'y' },
      ],
    });

    expect([{ inputs: [[1, 2]] }, { instances: [[1, 2]] }].map((body) => fits(one, body))).toEqual([true, true]);
    expect([{ inputs: [[1]] }, { inputs: [1] }].map((body) => fits(one, body))).toEqual([false, false]);
    expect(fits(two.request, { inputs: { x: [1], y: [[1, 2]] } })).toBe(true);
    expect(fits(two.request, { instances: [{ x: 1, y: [1, 2] }] })).toBe(true);
    expect(fits(two.request, { instances: [{ x: 1 }] })).toBe(false);
  });
});
