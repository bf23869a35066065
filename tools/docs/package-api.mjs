// The API page of a published library: every export of its door with its own words and its declaration, so that the page cannot say
// anything else.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import ts from 'typescript';
import { operationsOf } from '../contract/fetch-operations.mjs';

/** What is said of each published library: sections by the file or folder a thing lies in, and what stands above and below them. */
const PAGES = {
  delta: {
    sections: [
      ['Tables and versions', ['table', 'files']],
      ['Looking into tables', ['inspect', 'version-checksum']],
      ['Storages', ['storage']],
      ['Writing', ['writer']],
      ['Schemas and values', ['schema', 'relation', 'preview']],
      ['Errors', ['errors.ts']],
    ],
    foot: () => '',
  },
  cda: {
    sections: [
      ['Plans and runs', ['plan', 'run']],
      ['Proofs', ['verify']],
      ['Sources and targets', ['source', 'target']],
      ['Errors', ['errors.ts']],
    ],
    foot: () => '',
  },
  client: {
    sections: [
      ['Clients and calls', ['create-lakescope-client.ts', 'send.ts', 'operation.ts', 'request.ts', 'retry-policy.ts']],
      ['Who is calling', ['client-credentials.ts']],
      ['Lists', ['paginate.ts']],
      ['Queries', ['query.ts']],
      ['Streams', ['read-events.ts', 'sse-parser.ts']],
      ['Errors', ['lakescope-problem.ts']],
    ],
    foot: operationsList,
  },
};

/** `root`: of the repository. Throws for an export without a docstring. */
export async function packageApiPage(root, library) {
  const { sections: SECTIONS, foot } = PAGES[library];
  const source = join(root, 'libs', library, 'src');
  const exported = exportsOf(join(source, 'index.ts'));
  const files = new Map();
  const sections = new Map(SECTIONS.map(([title]) => [title, []]));
  const silent = [];
  for (const { name, from } of exported) {
    const file = files.get(from) ?? parse(join(source, `${from}.ts`));
    files.set(from, file);
    const declaration = declarationOf(file, name);
    const doc = docOf(declaration);
    if (doc === undefined) silent.push(`${name} (libs/${library}/src/${from}.ts)`);
    const folder = from.includes('/') ? from.slice(0, from.indexOf('/')) : `${from}.ts`;
    const [title] = SECTIONS.find(([, folders]) => folders.includes(folder)) ?? [];
    if (title === undefined) throw new Error(`tools/docs/package-api.mjs has no section for ${from}`);
    sections.get(title).push({ name, doc: doc ?? '', code: codeOf(declaration, file) });
  }
  if (silent.length > 0) throw new Error(`Exports of libs/${library} without a docstring: ${silent.join(', ')}`);
  const parts = [...sections].map(([title, entries]) => {
    // Functions and classes first: the shapes they speak of come after them.
    const order = (entry) => (/^(?:export )?(?:interface|type)/.test(entry.code) ? 1 : 0);
    const sorted = entries.sort((one, other) => order(one) - order(other));
    return `## ${title}\n\n${sorted.map(({ name, doc, code }) => `### ${name}\n\n${doc}\n\n\`\`\`ts\n${code}\n\`\`\`\n`).join('\n')}`;
  });
  const head = `# API of @lakescope/${library}\n\nGenerated from the source by \`npm run docs\`. Start with the [README](../README.md); the order here is that of the things you meet.\n`;
  const page = [head, ...parts, foot(root)].join('\n');
  return format(page, { parser: 'markdown', printWidth: 120, singleQuote: true });
}

/** Everything the client's door exports from what is generated. A list, since a table is written anew when one row grows. */
function operationsList(root) {
  const document = JSON.parse(readFileSync(join(root, 'libs/contract/openapi.json'), 'utf8'));
  const lines = operationsOf(document).map(({ id, summary = '', text }) => {
    const [method, path, ...marks] = text.split(' ');
    const isOnce = ['POST', 'PATCH'].includes(method) && !marks.includes('idempotent');
    return `- \`${id}\` (${method} \`${path}\`${isOnce ? ', once' : ''}): ${summary}`;
  });
  const intro =
    'Each is a constant for `createClientOf` and a function of `createLakescopeClient`; those with _once_ are never tried again by themselves. The types of what they take and answer with (`RunQueryDto`, `QueryDto`, ...) are exported too.';
  return ['## Operations', '', intro, '', ...lines, ''].join('\n');
}

/** The names a door exports; it holds nothing but `export { … } from`, and all of what is generated. */
export function exportsOf(door) {
  return parse(door).statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && isGenerated(statement)) return [];
    if (!ts.isExportDeclaration(statement) || statement.exportClause === undefined) {
      throw new Error(`${door} has a statement that is no export of names`);
    }
    const from = statement.moduleSpecifier.text.replace(/^\.\//, '');
    return statement.exportClause.elements.map((element) => ({ name: element.name.text, from }));
  });
}

function isGenerated({ exportClause, moduleSpecifier }) {
  return exportClause === undefined && /generated|^@lakescope\/contract$/.test(moduleSpecifier?.text ?? '');
}

function parse(path) {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
}

function declarationOf(file, name) {
  for (const statement of file.statements) {
    if (statement.name?.text === name) return statement;
    if (!ts.isVariableStatement(statement)) continue;
    if (statement.declarationList.declarations.some((declaration) => declaration.name.getText() === name))
      return statement;
  }
  throw new Error(`${dirname(file.fileName)} does not declare ${name}`);
}

function docOf(node) {
  const docs = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const comment = docs.at(-1)?.comment;
  const text = typeof comment === 'string' ? comment : ts.getTextOfJSDocComment(comment);
  return text?.replace(/\s*\n\s*(?!\n)/g, '\n');
}

function codeOf(declaration, file) {
  if (ts.isFunctionDeclaration(declaration)) return `function ${signature(declaration)}`;
  if (ts.isClassDeclaration(declaration)) return classCode(declaration);
  if (!ts.isInterfaceDeclaration(declaration)) return declaration.getText(file).replace(/^export /, '');
  const heritage = (declaration.heritageClauses ?? []).map((clause) => ` ${clause.getText()}`).join('');
  const members = declaration.members.filter((member) => !isInternal(member));
  const body = members.map((member) => `${docsOf(member)}${member.getText(file)}`).join('\n');
  return `interface ${declaration.name.text}${typeParameters(declaration)}${heritage} {\n${body}\n}`;
}

/** What users of a class see: its public members, with their docs. */
function classCode(node) {
  const heritage = (node.heritageClauses ?? []).map((clause) => ` ${clause.getText()}`).join('');
  const isAbstract = has(node, ts.ModifierFlags.Abstract) ? 'abstract ' : '';
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  const members = node.members.filter((member) => !has(member, hidden) && !isInternal(member));
  const lines = members.map((member) => {
    if (ts.isConstructorDeclaration(member)) return constructorCode(member);
    const isStatic = has(member, ts.ModifierFlags.Static) ? 'static ' : '';
    if (ts.isPropertyDeclaration(member)) return `${docsOf(member)}${isStatic}${propertyCode(member)}`;
    const kind = ts.isGetAccessor(member) ? 'get ' : '';
    return `${docsOf(member)}${isStatic}${kind}${signature(member)}`;
  });
  return `declare ${isAbstract}class ${node.name.text}${heritage} {\n${lines.join('\n')}\n}`;
}

function propertyCode(member) {
  const type = member.type?.getText() ?? member.initializer?.getText().replace(/ as const$/, '') ?? 'unknown';
  const isAbstract = has(member, ts.ModifierFlags.Abstract) ? 'abstract ' : '';
  return `${isAbstract}readonly ${member.name.getText()}${member.questionToken === undefined ? '' : '?'}: ${type};`;
}

/** A parameter that is a property is told as both. */
function constructorCode(member) {
  const told = member.parameters
    .filter((parameter) => has(parameter, ts.ModifierFlags.Readonly) && !has(parameter, ts.ModifierFlags.Private))
    .map((parameter) => `${docsOf(parameter)}readonly ${parameter.name.getText()}: ${parameter.type?.getText()};`);
  return [...told, `${docsOf(member)}constructor(${parametersOf(member)});`].join('\n');
}

function signature(node) {
  const type = node.type === undefined ? '' : `: ${node.type.getText()}`;
  return `${node.name.getText()}${typeParameters(node)}(${parametersOf(node)})${type};`;
}

function typeParameters(node) {
  const parameters = node.typeParameters ?? [];
  return parameters.length === 0 ? '' : `<${parameters.map((parameter) => parameter.getText()).join(', ')}>`;
}

/** A default makes a parameter one that can be left out; what it is taken apart into is nobody's business. */
function parametersOf(node) {
  return node.parameters
    .map((parameter) => {
      const optional = parameter.questionToken !== undefined || parameter.initializer !== undefined ? '?' : '';
      const name = ts.isIdentifier(parameter.name) ? parameter.name.text : 'options';
      return `${name.replace(/^_/, '')}${optional}: ${parameter.type?.getText() ?? 'unknown'}`;
    })
    .join(', ');
}

function docsOf(node) {
  return ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map((doc) => `${doc.getText()}\n`)
    .join('');
}

function has(node, flags) {
  return (ts.getCombinedModifierFlags(node) & flags) !== 0;
}

function isInternal(node) {
  return ts.getJSDocTags(node).some((tag) => tag.tagName.text === 'internal');
}
