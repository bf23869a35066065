// The fenced blocks of a page, and what a comment above one says about running it:
//   <!-- run -->                    the block is executed and ends with 0
//   <!-- run: ends with 1 -->       the block is executed, and its last command ends so
//   <!-- not run: REASON -->        it is not executed; its programs, options, variables and paths are looked at all the same
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const SHELLS = ['sh', 'console'];
/** What a page may hold beside shell. A fence without a language is a mistake: nobody knows what is in it. */
const OTHERS = ['json', 'yaml', 'ts', 'js', 'http', 'python', 'mermaid', 'text', 'sql'];

/** README, CONTRIBUTING and all of docs, the page first on which everything else stands. */
export function pagesWithCommands(root) {
  const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const first = 'local-development.md';
  const rest = docs.filter((name) => name !== first).sort();
  return ['README.md', 'CONTRIBUTING.md', ...[first, ...rest].map((name) => `docs/${name}`)];
}

/** `{ file, line, language, code, mark }` of each block; `mark` is undefined, or `{ run, exit, reason }`. */
export function fencedBlocks(root, file) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  const blocks = [];
  for (let at = 0; at < lines.length; at++) {
    const [, indent, fence, language] = /^( *)(`{3,})(\S*)\s*$/.exec(lines[at]) ?? [];
    if (fence === undefined) continue;
    const end = lines.findIndex((line, index) => index > at && line.trim() === fence);
    if (end === -1) throw new Error(`${file}:${at + 1} opens a block that nothing closes`);
    const code = lines.slice(at + 1, end).map((line) => line.slice(indent.length));
    blocks.push({ file, line: at + 1, language, code: code.join('\n'), mark: markAbove(lines, at) });
    at = end;
  }
  return blocks;
}

/** What is wrong with how a block is marked; undefined when nothing is. */
export function complaintOfMark({ language, mark }) {
  if (OTHERS.includes(language)) return mark === undefined ? undefined : 'only blocks of shell are marked';
  if (!SHELLS.includes(language)) return `says no language that is known here (${[...SHELLS, ...OTHERS].join(', ')})`;
  if (mark === undefined) return 'says neither <!-- run --> nor <!-- not run: REASON --> above it';
  if (mark.run && language === 'console') return 'is a transcript, which is not run: say `sh`, or why it is not run';
  return !mark.run && mark.reason.length < 10 ? 'is not run and does not say why' : undefined;
}

export function isShell({ language }) {
  return SHELLS.includes(language);
}

/** The commands of a block: of a transcript, the lines after the prompt. */
export function commandText({ language, code }) {
  if (language !== 'console') return code;
  const lines = code.split('\n').filter((line) => line.startsWith('$ '));
  return lines.map((line) => line.slice(2)).join('\n');
}

function markAbove(lines, at) {
  let above = at - 1;
  while (above >= 0 && lines[above].trim() === '') above--;
  const text = (lines[above] ?? '').trim();
  const [, run] = /^<!-- run(?:: ends with (\d+))? -->$/.exec(text) ?? ['', null];
  if (run !== null) return { run: true, exit: Number(run ?? 0) };
  const [, reason] = /^<!-- not run: (.+) -->$/.exec(text) ?? [];
  return reason === undefined ? undefined : { run: false, reason };
}
