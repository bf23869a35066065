// The two pages that list the environment: `.env.example`, and the table of docs/operations.md.
import { format } from 'prettier';

/** What Databricks Apps sets by itself, with and without a database resource. */
const BY_THE_PLATFORM = [
  'DATABRICKS_HOST',
  'DATABRICKS_CLIENT_ID',
  'DATABRICKS_CLIENT_SECRET',
  'DATABRICKS_APP_NAME',
  'DATABRICKS_APP_PORT',
  'DATABRICKS_APP_URL',
  'DATABRICKS_WORKSPACE_ID',
  'PGHOST',
  'PGPORT',
  'PGDATABASE',
  'PGUSER',
  'PGSSLMODE',
  'PGAPPNAME',
];

/** Not read by the API, so not in `Env`: whoever develops needs them. */
const DEVELOPERS = [
  {
    name: 'DATABRICKS_TOKEN',
    sentence: 'Your own token, with which `npx lakescope` acts where no client secret is set. The API ignores it.',
  },
  {
    name: 'DATABRICKS_CONFIG_PROFILE',
    sentence:
      'Profile of the Databricks CLI that `npx lakescope` asks for a token where none is set. The API ignores it.',
  },
  {
    name: 'NODE_EXTRA_CA_CERTS',
    sentence: 'File of further certificates to trust, for a proxy or a database that your own authority signs for.',
  },
];

export const BEGIN = '<!-- environment: generated from Env by `npm run docs` -->';
export const END = '<!-- environment: end -->';

/** `declared` are the names that app.yaml sets. */
export function environmentTable(variables, declared) {
  const rows = variables.map(({ name, sentence, rule, fallback, required }) => {
    const by = BY_THE_PLATFORM.includes(name)
      ? 'the platform'
      : declared.includes(name)
        ? '`app.yaml`'
        : 'you, if wanted';
    const value = fallback === undefined ? (required ? 'required' : '-') : `\`${fallback}\``;
    const text = rule === undefined ? sentence : `${sentence} _${capital(rule)}._`;
    return `| \`${name}\` | ${value} | ${by} | ${escaped(text)} |`;
  });
  const developers = DEVELOPERS.map(
    ({ name, sentence }) => `| \`${name}\` | - | you, on a laptop | ${escaped(sentence)} |`,
  );
  return [
    '| variable | default | who sets it | what it is |',
    '| --- | --- | --- | --- |',
    ...rows,
    ...developers,
  ].join('\n');
}

/** The page with its generated part replaced. */
export async function operationsPage(page, variables, declared) {
  const [before, rest] = split(page, BEGIN);
  const [, after] = split(rest, END);
  const text = `${before}${BEGIN}\n\n${environmentTable(variables, declared)}\n\n${END}${after}`;
  return format(text, { parser: 'markdown', printWidth: 120 });
}

export function envExample(variables) {
  const introduction = [
    '# Settings of this machine, for `npx lakescope` and for running against a workspace. Copy it to .env.local, which git ignores, or',
    '# let `npx lakescope doctor` do that and fill it in. An empty variable is the same as none. Generated from Env by `npm run docs`.',
  ];
  const block = ({ name, sentence, rule, fallback }) => {
    const notes = [rule, fallback === undefined ? undefined : `default: ${fallback}`].filter(
      (note) => note !== undefined,
    );
    return [...wrapped(sentence), ...wrapped(notes.join('; ')), `${name}=`].join('\n');
  };
  const [host, ...rest] = variables;
  return [introduction.join('\n'), ...[host, ...DEVELOPERS, ...rest].map(block)].join('\n\n') + '\n';
}

function wrapped(text) {
  const lines = [];
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 118) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`# ${word}`);
  }
  return lines;
}

function split(text, marker) {
  const at = text.indexOf(marker);
  if (at === -1) throw new Error(`The page has no line ${marker}`);
  return [text.slice(0, at), text.slice(at + marker.length)];
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function escaped(text) {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
