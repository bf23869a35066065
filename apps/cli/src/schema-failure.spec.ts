import { CommandFailed } from './exit-code';
import { schemaFailure } from './schema-failure';

describe('what goes wrong with the schema', () => {
  it.each([
    ['55P03', 'somebody holds a lock'],
    ['57014', 'took too long'],
    ['42501', 'may not do this'],
    ['ECONNREFUSED', 'The database cannot be reached: the server refuses connections.'],
  ])('is a sentence that fits %s', (code, sentence) => {
    const failure = schemaFailure(Object.assign(new Error('what the server says'), { code }), '.env.local');

    expect(failure).toBeInstanceOf(CommandFailed);
    expect((failure as CommandFailed).message).toContain(sentence);
    if (code !== 'ECONNREFUSED') expect((failure as CommandFailed).message).not.toContain('cannot be reached');
  });

  it('stays what it is when nobody at a terminal can do anything about it', () => {
    const bug = new TypeError('a bug');

    expect(schemaFailure(bug, '.env.local')).toBe(bug);
  });
});
