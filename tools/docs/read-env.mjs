// The environment as the source tells it: every property of `Env` with its sentence, its rule and its default.
import ts from 'typescript';

/**
 * What each decorator means to people. One that is not here stops the generator, so that no rule goes undocumented.
 * An own message of a decorator says it better than any of these.
 */
const RULES = {
  IsOptional: () => undefined,
  Type: () => undefined,
  IsString: () => undefined,
  IsNotEmpty: () => undefined,
  IsInt: () => 'a whole number',
  Min: ([least]) => `at least ${number(least)}`,
  Max: ([most]) => `at most ${number(most)}`,
  MinLength: ([least]) => `at least ${number(least)} characters`,
  IsIn: ([values]) => `one of ${values.elements.map(({ text }) => text).join(', ')}`,
  IsUrl: () => 'a URL',
  IsIP: () => 'an IP address',
  IsBoolean: () => 'true or false',
  IsWorkspaceHost: () => 'https, or http on loopback',
  Matches: ([pattern]) => `matches ${pattern.getText()}`,
};

/** `[{name, sentence, rule, fallback, required}]`, in the order of the source. */
export function readEnv(text, file = 'env.ts') {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const env = source.statements.find((statement) => ts.isClassDeclaration(statement) && statement.name?.text === 'Env');
  if (env === undefined) throw new Error(`${file} has no class Env`);
  return env.members.filter(ts.isPropertyDeclaration).map(describe);
}

function describe(property) {
  const name = property.name.getText();
  const sentence = ts
    .getJSDocCommentsAndTags(property)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment))
    .join(' ')
    .replace(/\s+/g, ' ');
  if (sentence === '') throw new Error(`${name} has no sentence: write one above it in Env`);
  const decorators = (ts.getDecorators(property) ?? []).map(({ expression }) => expression);
  const rules = decorators.map((call) => ruleOf(name, call)).filter((rule) => rule !== undefined);
  const fallback = property.initializer === undefined ? undefined : literal(name, property.initializer);
  return {
    name,
    sentence,
    rule: rules.length === 0 ? undefined : rules.join(', '),
    fallback,
    required: fallback === undefined && property.questionToken === undefined,
  };
}

function ruleOf(name, call) {
  const decorator = call.expression.getText();
  if (!Object.hasOwn(RULES, decorator)) {
    throw new Error(`${name}: say in tools/docs/read-env.mjs what @${decorator} means`);
  }
  return ownMessage(call.arguments) ?? RULES[decorator](call.arguments);
}

function ownMessage(args) {
  for (const argument of args.filter(ts.isObjectLiteralExpression)) {
    const message = argument.properties.find((property) => property.name?.getText() === 'message');
    if (message !== undefined) return message.initializer.text.replace(/^\$property /, '');
  }
  return undefined;
}

function literal(name, node) {
  if (ts.isStringLiteral(node)) return node.text;
  if (ts.isNumericLiteral(node)) return number(node);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return 'true';
  if (node.kind === ts.SyntaxKind.FalseKeyword) return 'false';
  throw new Error(`${name}: its default is no plain value`);
}

/** As written, without the separators of the source. */
function number(node) {
  return node.getText().replaceAll('_', '');
}
