import { ProblemDto, type Product } from '@lakescope/server-http';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { addCommonProblems, shareProblemExamples } from './add-common-problems';
import { addExamples } from './add-examples';
import { addProblemDetails } from './add-problem-details';
import { operationsOf, type OpenApi } from './document';
import { markIdempotent } from './mark-idempotent';
import { sharpenSchemas } from './sharpen-schemas';

const SECURITY = 'userToken';

/** The document of the API, generated from the controllers and then completed with what decorators cannot say. */
export function describeApi(app: INestApplication, product: Product): OpenApi {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Lakescope API')
    .setDescription(
      'The workspace console of a data team. Every answer that is no success is a problem document (RFC 9457); ids and counts that may ' +
        'pass 2^53 are strings; lists are paged with `limit` and `cursor`.',
    )
    .setVersion(product.version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        description:
          "OAuth token of a user or service principal. The platform's proxy checks it and forwards it as X-Forwarded-Access-Token; " +
          'a browser is signed in by the proxy itself.',
      },
      SECURITY,
    );
  const generated = SwaggerModule.createDocument(app, builder.build(), {
    extraModels: [ProblemDto],
    operationIdFactory: (_controller, method) => method,
  });
  const document = JSON.parse(JSON.stringify(generated)) as OpenApi;
  sharpenSchemas(document);
  for (const { method, operation } of operationsOf(document)) {
    const isPublic = operation['x-public'] === true;
    delete operation['x-public'];
    operation.security = isPublic ? [] : [{ [SECURITY]: [] }];
    addCommonProblems(operation, { method, isPublic });
    for (const answer of Object.values(operation.responses)) answer.description ||= 'The answer.';
  }
  markIdempotent(document);
  addExamples(document);
  shareProblemExamples(document);
  addProblemDetails(document);
  refuseUnnamedOperations(document);
  return document;
}

/** The operation id is the name of the clients' functions, so each needs one of its own. */
function refuseUnnamedOperations(document: OpenApi): void {
  const seen = new Set<string>();
  for (const { path, method, operation } of operationsOf(document)) {
    const id = operation.operationId;
    if (id === undefined || id.includes('_') || id.includes('Controller')) {
      throw new Error(`${method.toUpperCase()} ${path} has no operationId of its own`);
    }
    if (seen.has(id)) throw new Error(`Two operations are called ${id}`);
    seen.add(id);
  }
}
