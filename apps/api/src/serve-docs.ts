import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ERROR_CODES, contentSecurityPolicy } from '@lakescope/server-http';
import type { FastifyInstance } from 'fastify';

const ASSETS: ReadonlyMap<string, string> = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
]);

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Lakescope API</title>
    <link rel="icon" href="/docs/assets/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/assets/swagger-ui-bundle.js"></script>
    <script src="/docs/assets/start.js"></script>
  </body>
</html>
`;

/** Swagger UI writes styles into its page while it runs, and knows no nonce. */
const POLICY = contentSecurityPolicy({ 'style-src': "'self' 'unsafe-inline'" });

/** Closed: hundreds of operations and their models take a browser many seconds to draw. */
const OPTIONS = {
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: 0,
};
const START = `SwaggerUIBundle(${JSON.stringify(OPTIONS)});\n`;

/** The contract for people and programs: the committed document, Swagger UI from the installed package, and the list of errors. */
export function serveDocs(fastify: FastifyInstance, openApiFile: string): void {
  fastify.get('/openapi.json', async (_request, reply) =>
    reply
      .type('application/json; charset=utf-8')
      .header('Cache-Control', 'no-cache')
      .send(await readFile(openApiFile)),
  );
  fastify.get('/docs', (_request, reply) =>
    reply.header('Content-Security-Policy', POLICY).type('text/html; charset=utf-8').send(PAGE),
  );
  fastify.get('/docs/errors', (_request, reply) => reply.type('text/html; charset=utf-8').send(errorsPage()));
  fastify.get('/docs/assets/start.js', (_request, reply) => reply.type('text/javascript; charset=utf-8').send(START));
  fastify.get<{ Params: { name: string } }>('/docs/assets/:name', (request, reply) => {
    const type = ASSETS.get(request.params.name);
    if (type === undefined) return reply.callNotFound();
    const folder = dirname(require.resolve('swagger-ui-dist/package.json'));
    return reply
      .type(type)
      .header('Cache-Control', 'public, max-age=3600')
      .send(createReadStream(join(folder, request.params.name)));
  });
}

function errorsPage(): string {
  const entries = Object.entries(ERROR_CODES).map(
    ([code, { status, title, meaning }]) =>
      `<section id="${code}"><h2>${code}</h2><p><strong>${status} ${title}.</strong> ${meaning.replace(/`([^`]+)`/g, '<code>$1</code>')}</p></section>`,
  );
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Lakescope errors</title></head><body><main><h1>Errors</h1>\n${entries.join('\n')}\n</main></body></html>\n`;
}
