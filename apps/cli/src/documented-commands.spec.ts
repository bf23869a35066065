import { join } from 'node:path';
import { parse } from 'yaml';
import { run } from './program';

interface Block {
  file: string;
  line: number;
  language: string;
  code: string;
  mark?: { run: boolean; reason?: string };
}

const root = process.cwd();
const { pagesWithCommands, fencedBlocks, complaintOfMark, isShell, commandText } = jest.requireActual<{
  pagesWithCommands(root: string): string[];
  fencedBlocks(root: string, file: string): Block[];
  complaintOfMark(block: Pick<Block, 'language' | 'mark'>): string | undefined;
  isShell(block: Block): boolean;
  commandText(block: Block): string;
}>(join(root, 'tools/docs/shell-blocks.mjs'));
const { unknownIn } = jest.requireActual<{
  unknownIn(root: string, text: string, help: typeof helpOf): Promise<string[]>;
}>(join(root, 'tools/docs/known-commands.mjs'));
const { commandsOf } = jest.requireActual<{
  commandsOf(text: string): { words: string[]; variables: string[] }[];
}>(join(root, 'tools/docs/shell-words.mjs'));

const blocks = pagesWithCommands(root).flatMap((file) => fencedBlocks(root, file));
const placeOf = ({ file, line }: Block): string => `${file}:${line}`;

/** What `npx lakescope COMMAND --help` prints; undefined when there is no such command. */
async function helpOf(command: readonly string[]): Promise<string | undefined> {
  const said: string[] = [];
  const say = (text: string): void => void said.push(text);
  const code = await run([...command, '--help'], {
    root,
    shell: {},
    terminal: { out: say, note: say, questions: undefined },
  });
  const text = said.join('\n');
  return code === 0 && text.startsWith(`Usage: ${['lakescope', ...command].join(' ')}`) ? text : undefined;
}

describe('what README, CONTRIBUTING and docs tell people to type', () => {
  it('says of each block of shell whether it is run, or why not', () => {
    const complaints = blocks.flatMap((block) => {
      const complaint = complaintOfMark(block);
      return complaint === undefined ? [] : [`${placeOf(block)} ${complaint}`];
    });

    expect(complaints).toEqual([]);
    expect(blocks.filter(({ mark }) => mark?.run === true).length).toBeGreaterThan(10);
  });

  it('names programs, options, scripts, files, paths and variables that are there', async () => {
    const complaints = await Promise.all(
      blocks
        .filter(isShell)
        .map(async (block) =>
          (await unknownIn(root, commandText(block), helpOf)).map((complaint) => `${placeOf(block)}: ${complaint}`),
        ),
    );

    expect(complaints.flat()).toEqual([]);
  });

  it('shows JSON and YAML that can be read', () => {
    const readers: Record<string, (code: string) => unknown> = {
      json: (code) => JSON.parse(code) as unknown,
      yaml: (code) => parse(code) as unknown,
      // A request or an answer: its body comes after the empty line.
      http: (code) => JSON.parse(code.slice(code.indexOf('\n\n'))) as unknown,
    };
    const complaints = blocks.flatMap((block) => {
      try {
        readers[block.language]?.(block.code);
        return [];
      } catch (error) {
        return [`${placeOf(block)}: ${String(error)}`];
      }
    });

    expect(complaints).toEqual([]);
  });
});

describe('the check of documented commands', () => {
  it.each([
    ['npm run nothing-like-it', 'npm run nothing-like-it: there is no such script'],
    ['npm run migrate -- sideways', 'npx lakescope migrate has no sideways'],
    ['npm start -- --prots 0', 'tools/start.mjs has no --prots'],
    ['npm run migrate show --yes', 'npm run migrate show --yes: options of a script come after --'],
    ['npx lakescope doctor --chekc-only', 'npx lakescope doctor has no --chekc-only'],
    ['npx lakescope doktor', 'npx lakescope doktor: there is no such command'],
    ['npx left-pad', 'npx left-pad is no program of this repository'],
    ['node tools/gone.mjs', 'node tools/gone.mjs: there is no such file'],
    ['curl "$APP/api/v1/nothing"', 'the API has no GET /api/v1/nothing'],
    ['curl -X DELETE $APP/api/v1/user/me', 'the API has no DELETE /api/v1/user/me'],
    ['databricks bundle deploy -t moon', 'databricks.yml has no target moon'],
    ['FOO_BAR=1 npm start', 'nobody reads a variable FOO_BAR'],
    ['frobnicate', 'frobnicate is no program that documents may ask for'],
  ])('complains about %s', async (text, complaint) => {
    expect(await unknownIn(root, text, helpOf)).toEqual([complaint]);
  });

  it('takes a block apart as a shell would', () => {
    const text = `A=1 npm start -- --ports 0   # a comment; with | marks
      curl -s "$HOST/x" -H 'a: b' \\
        -d "{\\"id\\": $(node -p '1 + ")".length')}" > out.json && npm test || echo 'not; here'
      openssl rand 4 | databricks secrets put-secret s k`;

    expect(commandsOf(text).map(({ words }) => words[0])).toEqual([
      'npm',
      'node',
      'curl',
      'npm',
      'echo',
      'openssl',
      'databricks',
    ]);
    expect(commandsOf(text)[0]).toEqual({ words: ['npm', 'start', '--', '--ports', '0'], variables: ['A'] });
    expect(commandsOf(text)[2]?.words).not.toContain('out.json');
  });

  it('does not take a block without a mark, or without a reason', () => {
    expect(complaintOfMark({ language: 'sh' })).toContain('says neither');
    expect(complaintOfMark({ language: 'sh', mark: { run: false, reason: 'no' } })).toContain('why');
    expect(complaintOfMark({ language: 'console', mark: { run: true } })).toContain('transcript');
    expect(complaintOfMark({ language: '' })).toContain('no language');
    expect(complaintOfMark({ language: 'json', mark: { run: true } })).toContain('only blocks of shell');
    expect(complaintOfMark({ language: 'sh', mark: { run: true } })).toBeUndefined();
  });
});
