import { run } from '../program';

describe('the command line of deploy', () => {
  it.each([
    [['--target', 'dev', '--ready', 'soon'], 'It is a number of seconds'],
    [['--target', 'dev', '--source', '/Workspace/a', '--staged', 'b'], 'cannot be used with'],
    [['--target'], 'argument missing'],
    [['--tarhet', 'dev'], 'Did you mean --target?'],
  ])('refuses %j with a sentence and 2, before anything is begun', async (args, sentence) => {
    expect(await deploy(args)).toEqual([2, expect.stringContaining(sentence)]);
  });

  it('refuses a target that is not there with those that are, and 1: the command line itself is right', async () => {
    expect(await deploy(['--target', 'staging'])).toEqual([
      1,
      'There is no target staging: take --target dev, --target prod or --target local.',
    ]);
  });

  async function deploy(args: readonly string[]): Promise<[number, string]> {
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    const code = await run(['deploy', ...args], {
      root: process.cwd(),
      shell: {},
      terminal: { out: say, note: say, questions: undefined },
    });
    return [code, said.join('\n')];
  }
});
