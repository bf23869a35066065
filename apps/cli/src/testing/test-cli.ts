import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalStack, type LocalStackOptions } from '@lakescope/server-testing';
import { run } from '../program';
import type { Questions } from '../terminal';

export interface Ran {
  code: number;
  out: string;
  note: string;
}

interface RunOptions {
  questions?: Questions;
  shell?: Record<string, string>;
  settings?: string;
}

/** The command line in front of a local workspace, with a settings file of its own. */
export class TestCli {
  private constructor(
    readonly stack: LocalStack,
    private readonly folder: string,
  ) {}

  static async start(options?: LocalStackOptions): Promise<TestCli> {
    return new TestCli(await LocalStack.start(options), await mkdtemp(join(tmpdir(), 'lakescope-cli-')));
  }

  get settings(): string {
    return join(this.folder, '.env.local');
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Settings that know the workspace and the developer, and nothing of a database but the local port. */
  developer(persona: 'admin' | 'engineer' = 'admin'): Record<string, string> {
    const { workspace, gateway } = this.stack;
    return {
      DATABRICKS_HOST: workspace.url,
      DATABRICKS_TOKEN: workspace.personas[persona].token,
      PGPORT: String(gateway.port),
    };
  }

  /** Settings that are complete, with the identity of the app. */
  complete(overrides: Record<string, string | undefined> = {}): Record<string, string> {
    const values = Object.entries(this.stack.environment(overrides));
    return Object.fromEntries(values.filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  async write(values: Readonly<Record<string, string>>): Promise<void> {
    const lines = Object.entries(values).map(([name, value]) => `${name}='${value}'\n`);
    await writeFile(this.settings, lines.join(''));
  }

  read(): Promise<string> {
    return readFile(this.settings, 'utf8');
  }

  forget(): Promise<void> {
    return rm(this.settings, { force: true });
  }

  async run(
    args: readonly string[],
    { questions, shell = {}, settings = this.settings }: RunOptions = {},
  ): Promise<Ran> {
    const ran: Ran = { code: -1, out: '', note: '' };
    const takesSettings = args[0] !== 'openapi';
    ran.code = await run([...args, ...(takesSettings ? ['--settings', settings] : [])], {
      root: process.cwd(),
      shell,
      terminal: {
        out: (text) => (ran.out += `${text}\n`),
        note: (text) => (ran.note += `${text}\n`),
        questions,
      },
    });
    return ran;
  }

  async stop(): Promise<void> {
    await this.stack.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Answers in turn, and notes what was asked. */
export class Answers implements Questions {
  readonly asked: string[] = [];

  constructor(private readonly answers: Record<string, string | boolean>) {}

  text(message: string, fallback?: string): Promise<string> {
    return Promise.resolve(String(this.answerTo(message) ?? fallback ?? ''));
  }

  secret(message: string): Promise<string> {
    return Promise.resolve(String(this.answerTo(message) ?? ''));
  }

  yes(message: string, fallback = true): Promise<boolean> {
    return Promise.resolve((this.answerTo(message) ?? fallback) !== false);
  }

  /** By a part of the name; the first one without an answer. */
  choose<T>(message: string, choices: readonly { name: string; value: T }[]): Promise<T> {
    const wanted = this.answerTo(message);
    const choice = wanted === undefined ? choices[0] : choices.find(({ name }) => name.includes(String(wanted)));
    if (choice === undefined)
      throw new Error(`${message} offers no ${String(wanted)}: ${choices.map(({ name }) => name).join('; ')}`);
    return Promise.resolve(choice.value);
  }

  private answerTo(message: string): string | boolean | undefined {
    this.asked.push(message);
    return Object.entries(this.answers).find(([part]) => message.includes(part))?.[1];
  }
}
