import { tmpdir } from 'node:os';
import { checkOptions } from './check-options';

describe('what there is to say before anything is built', () => {
  it('is nothing when the options are fine', () => {
    expect(checkOptions(['--ephemeral', '--ports', '8700'], tmpdir())).toBeUndefined();
  });

  it('is what is wrong with them, in one line', () => {
    expect(checkOptions(['--bogus'], tmpdir())).toEqual({
      text: expect.stringMatching(/^Unknown option '--bogus'.*npm start -- --help$/),
      isError: true,
    });
  });

  it('is the help that was asked for, which is no error', () => {
    expect(checkOptions(['--help'], tmpdir())).toEqual({ text: expect.stringContaining('--mount'), isError: false });
  });
});
