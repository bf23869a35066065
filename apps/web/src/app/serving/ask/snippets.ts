import { bodyOf, type Question } from './invocation';

export type SnippetLanguage = 'curl' | 'typescript' | 'python';

/** Beyond it a number of JavaScript is another one: then the program has to send the text itself. */
const LONG_INTEGER = /(?<![\d."])-?\d{16,}(?![\d."])/;
const NOT_FINITE = /(?<!["\w])-?(?:NaN|Infinity)(?!["\w])/;

/** The same question for a program; the token is the program's own. */
export function snippet(language: SnippetLanguage, origin: string, question: Question): string {
  const url = `${origin}/api/v1/serving/endpoints/${encodeURIComponent(question.endpoint)}/invocations`;
  switch (language) {
    case 'curl':
      return curl(url, bodyOf(question));
    case 'python':
      return python(url, bodyOf(question));
    case 'typescript':
      return needsText(question.inputs) ? typescriptFetch(url, bodyOf(question)) : typescript(origin, question);
  }
}

function needsText(json: string): boolean {
  return LONG_INTEGER.test(json) || NOT_FINITE.test(json);
}

/** Between quotes of the shell everything is literal but the quote itself. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function curl(url: string, body: string): string {
  return [
    `curl --fail-with-body ${shellQuoted(url)} \\`,
    `  --header "Authorization: Bearer $LAKESCOPE_TOKEN" \\`,
    `  --header 'Content-Type: application/json' \\`,
    `  --data-binary ${shellQuoted(body)}`,
  ].join('\n');
}

function typescript(
  origin: string,
  { endpoint, inputs, timeoutSeconds, validate, isLater, servedEntity }: Question,
): string {
  const lines = [
    `inputs: ${inputs.trim().replaceAll('\n', '\n    ')},`,
    `timeout_seconds: ${timeoutSeconds},`,
    ...(validate ? ['validate: true,'] : []),
    ...(isLater ? ['async: true,'] : []),
    ...(servedEntity === undefined ? [] : [`served_entity: ${JSON.stringify(servedEntity)},`]),
  ];
  return `import { createLakescopeClient } from '@lakescope/client';

const lakescope = createLakescopeClient({
  baseUrl: ${JSON.stringify(origin)},
  token: async () => process.env.LAKESCOPE_TOKEN ?? '',
});

const answer = await lakescope.invokeServingEndpoint({
  path: { name: ${JSON.stringify(endpoint)} },
  body: {
    ${lines.join('\n    ')}
  },
});
console.log(answer);
`;
}

/** With numbers that JavaScript cannot hold: the text goes as it is. */
function typescriptFetch(url: string, body: string): string {
  return `// The request holds numbers that JavaScript would change, so it is sent as text.
const answer = await fetch(${JSON.stringify(url)}, {
  method: 'POST',
  headers: {
    authorization: \`Bearer \${process.env.LAKESCOPE_TOKEN}\`,
    'content-type': 'application/json',
  },
  body: ${JSON.stringify(body)},
});
console.log(answer.status, await answer.text());
`;
}

function python(url: string, body: string): string {
  return `import os
import urllib.request

request = urllib.request.Request(
    ${JSON.stringify(url)},
    data=${pythonText(body)}.encode(),
    headers={
        "Authorization": "Bearer " + os.environ["LAKESCOPE_TOKEN"],
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request) as answer:
    print(answer.read().decode())
`;
}

/** Whole characters by their numbers: Python knows no halves of them. */
function pythonText(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/gu, (character) => {
    const number = character.codePointAt(0) ?? 0;
    return `\\U${number.toString(16).padStart(8, '0')}`;
  });
}
