import { missingPolicy, verdictOf } from './rights';

const list = '{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::claims"}';
const read = '{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::claims/*"}';

describe('the report of rights', () => {
  it('puts what is missing into one policy, each statement once', () => {
    const policy = missingPolicy([list, null, read, read].map((policy_line) => ({ policy_line })));
    expect(JSON.parse(policy ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [JSON.parse(list), JSON.parse(read)],
    });
  });

  it('makes no policy of a single line, which stands beside its right already', () => {
    expect(missingPolicy([{ policy_line: list }, { policy_line: null }])).toBeUndefined();
  });

  it('says what the rights are enough for', () => {
    const said = [
      { readable: false, writable: null },
      { readable: true, writable: null },
      { readable: true, writable: false },
      { readable: true, writable: true },
    ].map((rights) => verdictOf(rights).label);
    expect(said).toEqual(['not readable', 'readable', 'readable, not writable', 'readable and writable']);
  });
});
