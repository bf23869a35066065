import { PassThrough } from 'node:stream';
import { askOn } from './ask';

describe('questions on a terminal', () => {
  it('take the default on Enter', async () => {
    const { questions, type } = terminal();

    const answer = questions.text('Database', 'databricks_postgres');
    type('\r');

    await expect(answer).resolves.toBe('databricks_postgres');
  });

  it('choose among several with the arrow keys', async () => {
    const { questions, type } = terminal();

    const answer = questions.choose('Which?', [
      { name: 'first', value: 1 },
      { name: 'second', value: 2 },
    ]);
    type('\u001b[B');
    type('\r');

    await expect(answer).resolves.toBe(2);
  });

  it('do not show what is typed where it is a secret', async () => {
    const { questions, type, shown } = terminal();

    const answer = questions.secret('Token');
    type('dapi-planted');
    // Ctrl-T shows it in prompts that allow that.
    type('\u0014');
    type('\r');

    await expect(answer).resolves.toBe('dapi-planted');
    expect(shown()).toContain('****');
    expect(shown()).not.toContain('planted');
  });

  it('end on Ctrl-C with the error that the program knows', async () => {
    const { questions, type } = terminal();

    const answer = questions.yes('Write?');
    type('\u0003');

    await expect(answer).rejects.toMatchObject({ name: 'ExitPromptError' });
  });

  function terminal() {
    const input = new PassThrough();
    const output = new PassThrough();
    let text = '';
    output.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return {
      questions: askOn({ input, output }),
      type: (keys: string) => void setImmediate(() => input.write(keys)),
      shown: () => text,
    };
  }
});
