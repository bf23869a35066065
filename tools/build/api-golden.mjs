// The public types of a published package, as users' compilers see them: written down, so that a change of them is seen in a review.
// Everything a door exports, then what those speak of without being exported; words and private members are left out.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import ts from 'typescript';
import { PACKAGES } from './published-packages.mjs';

/** Types of the contract are told by libs/contract/openapi.json, which has a check of its own. */
const TOLD_ELSEWHERE = /\/contract\/|\/generated\//;

/** Where the golden of a package is kept, from the root. */
export function goldenPath(name) {
  return `${PACKAGES[name].folder}/api-golden.md`;
}

/** What it has to say; `dist` is what build-package.mjs made. */
export async function goldenText(name, title, dist) {
  const { exported, spokenOf, hasMore } = surfaceOf(realpathSync(join(dist, 'index.d.cts')));
  const parts = [
    `# Public types of ${title}`,
    '',
    'Written by `npm run api`; the tests of packages fail on a difference. What is taken away or made narrower here breaks somebody.',
    '',
    ...block(exported),
    ...(spokenOf.length === 0 ? [] : ['Not exported, and part of the above:', '', ...block(spokenOf)]),
    ...(hasMore ? ['What the contract tells (libs/contract/openapi.json) is exported as well.', ''] : []),
  ];
  return format(parts.join('\n'), { parser: 'markdown', printWidth: 120, singleQuote: true });
}

function block(declarations) {
  return ['```ts', ...declarations, '```', ''];
}

function surfaceOf(door) {
  const options = {
    module: ts.ModuleKind.Node20,
    target: ts.ScriptTarget.ES2023,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  };
  const program = ts.createProgram([door], options);
  const checker = program.getTypeChecker();
  const home = dirname(door);
  const fileOf = (node) => node.getSourceFile().fileName;
  const isOwn = (node) => fileOf(node).startsWith(home) && !TOLD_ELSEWHERE.test(fileOf(node).slice(home.length));

  let hasMore = false;
  const exported = new Map();
  for (const symbol of checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(door)))) {
    const target = resolved(symbol, checker);
    if ((target.declarations ?? []).some(isOwn)) exported.set(symbol.name, target);
    else hasMore = true;
  }
  const told = new Set(exported.values());
  const spokenOf = new Map();
  const queue = [...told];
  for (let symbol = queue.shift(); symbol !== undefined; symbol = queue.shift()) {
    for (const named of namedIn(symbol, checker)) {
      if (told.has(named) || !(named.declarations ?? []).some((node) => isOwn(node) && isOfAFile(node))) continue;
      told.add(named);
      spokenOf.set(named.name, named);
      queue.push(named);
    }
  }
  const texts = (symbols) =>
    [...symbols]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, { declarations }]) => `${declarations.filter(isOwn).map(code).join('\n')}\n`);
  return { exported: texts(exported), spokenOf: texts(spokenOf), hasMore };
}

function resolved(symbol, checker) {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

function namedIn(symbol, checker) {
  const found = new Set();
  const visit = (node) => {
    if (isPrivate(node)) return;
    if (ts.isIdentifier(node)) {
      const named = checker.getSymbolAtLocation(node);
      if (named !== undefined) found.add(resolved(named, checker));
    }
    ts.forEachChild(node, visit);
  };
  for (const declaration of symbol.declarations ?? []) visit(declaration);
  return found;
}

/** Declared by a file itself, not inside of something else. */
function isOfAFile(node) {
  return ts.isSourceFile(statementOf(node).parent);
}

function statementOf(node) {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node;
}

function code(node) {
  const statement = statementOf(node);
  const { transformed } = ts.transform(statement, [withoutPrivates]);
  const printer = ts.createPrinter({ removeComments: true });
  return printer
    .printNode(ts.EmitHint.Unspecified, transformed[0], statement.getSourceFile())
    .replace(/^export (default )?/, '');
}

function withoutPrivates(context) {
  const visit = (node) => (isPrivate(node) ? undefined : ts.visitEachChild(node, visit, context));
  return visit;
}

function isPrivate(node) {
  return ts.isClassElement(node) && (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0;
}
