import { parseStatementRequest } from './statement-request';

const LEAST = { warehouse_id: 'a1b2c3d4e5f60718', statement: 'SELECT 1' };

describe('a statement that is asked for', () => {
  it('has the platform’s defaults', () => {
    expect(parseStatementRequest(LEAST)).toEqual({
      warehouseId: 'a1b2c3d4e5f60718',
      text: 'SELECT 1',
      parameters: [],
      disposition: 'INLINE',
      format: 'JSON_ARRAY',
      waitMilliseconds: 10_000,
      cancelAfterWait: false,
    });
  });

  it('takes everything there is to say, and ignores what it does not know', () => {
    const request = parseStatementRequest({
      ...LEAST,
      catalog: 'main',
      schema: 'sales',
      row_limit: 10,
      byte_limit: '2000',
      disposition: 'EXTERNAL_LINKS',
      format: 'CSV',
      wait_timeout: '30s',
      on_wait_timeout: 'CANCEL',
      query_tags: [{ key: 'a' }],
      somethingNew: { deep: true },
    });

    expect(request).toMatchObject({
      catalog: 'main',
      schema: 'sales',
      rowLimit: 10,
      byteLimit: 2000,
      disposition: 'EXTERNAL_LINKS',
      format: 'CSV',
      waitMilliseconds: 30_000,
      cancelAfterWait: true,
    });
  });

  it('tells a NULL from an empty text, and takes STRING for a type that is not said', () => {
    const parameters = [{ name: 'a', value: '' }, { name: 'b' }, { name: 'c', value: null, type: 'INT' }];

    expect(parseStatementRequest({ ...LEAST, parameters }).parameters).toEqual([
      { name: 'a', value: '', type: 'STRING' },
      { name: 'b', value: null, type: 'STRING' },
      { name: 'c', value: null, type: 'INT' },
    ]);
  });

  it.each([
    ['0s', 0],
    ['5s', 5000],
    ['50s', 50_000],
    ['7.5s', 7500],
  ])('waits %s', (text, milliseconds) => {
    expect(parseStatementRequest({ ...LEAST, wait_timeout: text }).waitMilliseconds).toBe(milliseconds);
  });

  it.each(['1s', '4.9s', '50.1s', '60s', '10', '10m', '-5s', '٥s', 10, true, {}, 'Infinitys'])(
    'does not wait %j',
    (text) => {
      expect(() => parseStatementRequest({ ...LEAST, wait_timeout: text })).toThrow(
        'The wait_timeout field must be 0 seconds (disables wait), or between 5 seconds and 50 seconds.',
      );
    },
  );

  it.each([
    [null, 'must be a JSON object'],
    [[], 'must be a JSON object'],
    ['SELECT 1', 'must be a JSON object'],
    [{ statement: 'SELECT 1' }, 'Missing required field: warehouse_id'],
    [{ ...LEAST, statement: '  ' }, 'Missing required field: statement'],
    [{ ...LEAST, statement: ['SELECT 1'] }, 'statement field must be a string'],
    [{ ...LEAST, statement: `SELECT '${'ä'.repeat(8 * 1024 ** 2)}'` }, 'must not be larger than 16 MiB'],
    [{ ...LEAST, catalog: 7 }, 'catalog field must be a string'],
    [{ ...LEAST, disposition: 'OUTLINE' }, 'disposition field must be one of INLINE, EXTERNAL_LINKS'],
    [{ ...LEAST, format: 'XML' }, 'format field must be one of JSON_ARRAY, ARROW_STREAM, CSV'],
    [{ ...LEAST, on_wait_timeout: 'PAUSE' }, 'on_wait_timeout field must be one of'],
    [{ ...LEAST, row_limit: 0 }, 'row_limit field must be a positive integer'],
    [{ ...LEAST, row_limit: 1.5 }, 'row_limit field must be a positive integer'],
    [{ ...LEAST, byte_limit: -1 }, 'byte_limit field must be a positive integer'],
    [{ ...LEAST, byte_limit: 1e300 }, 'byte_limit field must be a positive integer'],
    [{ ...LEAST, parameters: {} }, 'parameters field must be a list'],
    [{ ...LEAST, parameters: [null] }, 'parameters[0] must be an object'],
    [{ ...LEAST, parameters: [{ value: '1' }] }, 'Missing required field: name'],
    [{ ...LEAST, parameters: [{ name: 'a' }, { name: 'b', value: 1 }] }, 'value of parameters[1] must be a string'],
  ])('is refused: %#', (body, message) => {
    expect(() => parseStatementRequest(body)).toThrow(message);
  });
});
