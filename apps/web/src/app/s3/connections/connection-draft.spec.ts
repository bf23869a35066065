import { changedConnection, draftOf, newConnection } from './connection-draft';

const filled: Record<string, string> = {
  name: ' Claims lake ',
  endpoint: '',
  region: 'eu-central-1',
  addressing: 'auto',
  bucket: 'claims',
  prefix: 'tables/',
  role_arn: '',
  external_id: 'left over',
  access_key_id: '',
  secret_access_key: '',
  session_token: '',
};
const reading =
  (changes: Record<string, string> = {}) =>
  (field: string): string =>
    ({ ...filled, ...changes })[field] ?? '';

describe('the form of a connection', () => {
  it('keeps the keys when nothing was entered for them', () => {
    const body = changedConnection(reading());
    expect(Object.keys(body).filter((field) => /key|secret|token/.test(field))).toEqual([]);
  });

  it('sends what was entered of the keys, and leaves it to the API to miss the rest', () => {
    expect(changedConnection(reading({ secret_access_key: ' abc ' }))).toMatchObject({ secret_access_key: 'abc' });
  });

  it('takes away what was emptied, and with the role what only the role wants to hear', () => {
    expect(changedConnection(reading({ bucket: '', prefix: '' }))).toMatchObject({
      endpoint: null,
      bucket: null,
      prefix: null,
      role_arn: null,
      external_id: null,
    });
  });

  it('says how buckets are addressed only when somebody chose', () => {
    expect(newConnection(reading())).not.toHaveProperty('path_style');
    expect(newConnection(reading({ addressing: 'path' }))).toMatchObject({ path_style: true });
    expect(newConnection(reading({ addressing: 'host' }))).toMatchObject({ path_style: false });
  });

  it('begins with AWS in its oldest region', () => {
    expect(draftOf(undefined)).toMatchObject({ endpoint: '', region: 'us-east-1', addressing: 'auto' });
  });
});
