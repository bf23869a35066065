import { run } from '../program';

describe('the command line of deploy', () => {
  it.each([
    [['--target', 'staging'], 'Allowed choices are'],
    [['--target', 'dev', '--ready', 'soon'], 'It is a number of seconds'],
    [['--target', 'dev', '--source', '/Workspace/a', '--staged', 'b'], 'cannot be used with'],
  ])('refuses %j with a sentence and 2, before anything is begun', async (args, sentence) => {
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);

    const code = await run(['deploy', ...args], {
      root: process.cwd(),
      shell: {},
      terminal: { out: say, note: say, questions: undefined },
    });

    expect([code, said.join('\n')]).toEqual([2, expect.stringContaining(sentence)]);
  });
});
