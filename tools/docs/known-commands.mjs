// Whether what a document tells people to type is there: programs, scripts, options, files, paths of the API, variables.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { commandsOf } from './shell-words.mjs';

/** Of the machine; nothing of ours to look up. */
const OF_THE_MACHINE = [
  'aws',
  'cd',
  'cp',
  'curl',
  'docker',
  'echo',
  'export',
  'git',
  'kill',
  'mkdir',
  'openssl',
  'psql',
  'python3',
  'rm',
];

/** Where the options of a script are written down, when it is not in the script itself. */
const OPTIONS_OF = {
  'tools/start.mjs': 'apps/local/src/launch-options.ts',
  'tools/dev.mjs': 'apps/local/src/launch-options.ts',
  'tools/cda/run.mjs': 'tools/cda/command.ts',
  'tools/lakescope-cda.mjs': 'libs/cda/src/cli/texts.ts',
  'tools/deploy/boot-staged.mjs': 'tools/deploy/stage.mjs',
};

/** What of the Databricks CLI the documents use: of each command its options. */
const DATABRICKS = {
  'auth login': ['--host', '--profile'],
  'auth token': ['--host', '--profile'],
  'bundle validate': ['-t', '--profile', '--var'],
  'bundle deploy': ['-t', '--profile', '--var'],
  'bundle run': ['-t', '--profile', '--var'],
  'bundle destroy': ['-t', '--profile', '--var'],
  'secrets create-scope': ['--profile'],
  'secrets put-secret': ['--string-value', '--profile'],
  'apps get': ['--profile'],
  'apps start': ['--profile'],
  'apps stop': ['--profile'],
  'apps deploy': ['--source-code-path', '--profile'],
  'apps list-deployments': ['--profile'],
  'database get-database-instance': ['--profile'],
  'groups list': ['--profile'],
  'workspace import-dir': ['--overwrite', '--profile'],
};

/** Variables that are neither the server's nor the developer's: of the machine, of S3's own clients, of the pages themselves. */
const OTHER_VARIABLES = ['APP', 'AUTH', 'HOST', 'TOKEN', 'OLD', 'PATH', 'PWD', 'HOME', 'AWS_REGION'];

/**
 * `help(words)` answers the help text of a command of `npx lakescope`, or undefined when there is no such command. The result is a list of
 * complaints about one block of shell.
 */
export async function unknownIn(root, text, help) {
  const complaints = variablesOf(text, root);
  for (const { words } of commandsOf(text)) complaints.push(...(await unknownInCommand(root, words, help)));
  return complaints;
}

async function unknownInCommand(root, words, help) {
  const [program, ...args] = words;
  if (program === undefined) return [];
  if (program === 'npm') return npm(root, args, help);
  if (program === 'npx') return npx(root, args, help);
  if (program === 'node') return node(root, args, help);
  if (program === 'databricks') return databricks(root, args);
  if (program === 'curl') return pathsOfTheApi(root, args);
  return OF_THE_MACHINE.includes(program) ? [] : [`${program} is no program that documents may ask for`];
}

/** A script is what it stands for, with what is said after `--`. */
async function npm(root, args, help) {
  if (args[0] === '--prefix') return npm(join(root, args[1]), args.slice(2), help);
  const [verb, ...rest] = args;
  if (['ci', 'install', 'pack'].includes(verb)) return [];
  const name = verb === 'run' ? rest.shift() : verb;
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const script = scripts[name];
  if (script === undefined || (verb !== 'run' && !['start', 'test', 'stop'].includes(verb)))
    return [`npm ${args.join(' ')}: there is no such script`];
  const said = rest[0] === '--' ? rest.slice(1) : rest;
  if (rest.some((word) => word.startsWith('-')) && rest[0] !== '--')
    return [`npm ${args.join(' ')}: options of a script come after --`];
  if (name === 'test') return [];
  const [{ words }] = commandsOf(script);
  return unknownInCommand(root, [...words, ...said], help);
}

async function npx(root, [name, ...args], help) {
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return bin[name] === undefined
    ? [`npx ${name} is no program of this repository`]
    : node(root, [bin[name], ...args], help);
}

async function node(root, args, help) {
  const at = args.findIndex((word) => !word.startsWith('-'));
  // `-e` and `-p`: code, which nobody has written down elsewhere.
  if (at === -1 || args.slice(0, at).some((word) => ['-e', '-p'].includes(word))) return [];
  const [file, ...rest] = args.slice(at);
  if (!existsSync(join(root, file))) return [`node ${file}: there is no such file`];
  return file === 'tools/lakescope.mjs' ? lakescope(rest, help) : options(root, file, rest);
}

/** The command is as long as its words name one: `migrate show`, `doctor`. */
async function lakescope(args, help) {
  const first = args.findIndex((word) => word.startsWith('-'));
  const plain = first === -1 ? args : args.slice(0, first);
  for (let length = Math.min(2, plain.length); length >= 0; length--) {
    const command = plain.slice(0, length);
    const text = await help(command);
    if (text === undefined) continue;
    if (length === 0 && plain.length > 0) return [`npx lakescope ${plain[0]}: there is no such command`];
    // A command with commands of its own takes nothing else.
    const next = plain[length];
    if (next !== undefined && /^Commands:/m.test(text)) return [`npx lakescope ${command.join(' ')} has no ${next}`];
    return flagsOf(args)
      .filter((flag) => !has(text, flag))
      .map((flag) => `npx lakescope ${command.join(' ')} has no ${flag}`);
  }
  return [`npx lakescope ${args.join(' ')}: there is no such command`];
}

function options(root, file, args) {
  const text = readFileSync(join(root, OPTIONS_OF[file] ?? file), 'utf8');
  return flagsOf(args)
    .filter(
      (flag) =>
        !has(text, flag) &&
        !has(text, `'${flag.replace(/^--(no-)?/, '')}'`) &&
        !new RegExp(`\\b${flag.slice(2)}:`).test(text),
    )
    .map((flag) => `${file} has no ${flag}`);
}

function databricks(root, args) {
  const command = args.slice(0, 2).join(' ');
  if (args[0] === '--version') return [];
  const known = DATABRICKS[command];
  if (known === undefined) return [`databricks ${command} is not in the list of tools/docs/known-commands.mjs`];
  const complaints = flagsOf(args)
    .filter((flag) => !known.includes(flag))
    .map((flag) => `databricks ${command} has no ${flag} in the list of tools/docs/known-commands.mjs`);
  const { targets, resources } = parse(readFileSync(join(root, 'databricks.yml'), 'utf8'));
  const target = args[args.indexOf('-t') + 1];
  if (args.includes('-t') && targets[target] === undefined) complaints.push(`databricks.yml has no target ${target}`);
  const keys = Object.values(resources).flatMap((kind) => Object.keys(kind));
  if (command === 'bundle run' && !keys.includes(args[2])) complaints.push(`databricks.yml has no resource ${args[2]}`);
  return complaints;
}

/** Of the app only: other paths are of the workspace. */
function pathsOfTheApi(root, args) {
  const { paths } = JSON.parse(readFileSync(join(root, 'libs/contract/openapi.json'), 'utf8'));
  const said = args.indexOf('-X');
  const method =
    said === -1
      ? args.some((word) => /^(-d|--data|--data-binary)$/.test(word))
        ? 'post'
        : 'get'
      : args[said + 1].toLowerCase();
  return args.flatMap((word) => {
    const [path] = /\/(?:api\/v1\/|health$|ready$)[^?"' ]*/.exec(word) ?? [];
    if (path === undefined || !/^(\$APP|https?:\/\/(APP|localhost:8000))/.test(word)) return [];
    const item = Object.entries(paths).find(([template]) =>
      new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
    );
    return item?.[1][method] === undefined ? [`the API has no ${method.toUpperCase()} ${path}`] : [];
  });
}

function variablesOf(text, root) {
  const known =
    readFileSync(join(root, '.env.example'), 'utf8') +
    readFileSync(join(root, 'apps/local/src/embedded/local-llm.ts'), 'utf8');
  const used = [...text.matchAll(/\$\{?([A-Z][A-Z0-9_]+)/g)].map(([, name]) => name);
  const set = commandsOf(text).flatMap(({ words, variables }) => [
    ...variables,
    ...(words[0] === 'export' ? words.slice(1).map((word) => word.split('=')[0]) : []),
  ]);
  return [...new Set([...used, ...set])]
    .filter((name) => !OTHER_VARIABLES.includes(name) && !has(known, name))
    .map((name) => `nobody reads a variable ${name}`);
}

function flagsOf(args) {
  return args.filter((word) => /^-{1,2}[a-zA-Z]/.test(word)).map((word) => word.split('=')[0]);
}

/** As a word of its own: `--yes` is not in `--yes-to-all`. */
function has(text, word) {
  return new RegExp(`(?<![\\w-])${word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`).test(text);
}
