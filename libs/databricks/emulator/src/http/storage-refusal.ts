import type { FastifyInstance } from 'fastify';
import { Refusal } from './refusals';
import { element, XML_DECLARATION } from './xml';

/** Said by the storage that signed links lead to, in its own way: XML, with codes of Amazon S3. */
export class StorageRefusal extends Refusal {
  constructor(
    status: number,
    readonly code: string,
    message: string,
  ) {
    super(status, message);
  }

  override body(requestId: string): { xml: string } {
    const fields = { Code: this.code, Message: this.message, RequestId: requestId };
    const inner = Object.entries(fields).map(([name, text]) => element(name, text));
    return { xml: `${XML_DECLARATION}<Error>${inner.join('')}</Error>` };
  }
}

/** Lets what the routes of this scope refuse be said in the storage's way. */
export function answerAsStorage(scope: FastifyInstance): void {
  scope.setErrorHandler((error, request, reply) => {
    if (!(error instanceof Refusal)) throw error;
    const refusal = error instanceof StorageRefusal ? error : ofRefusal(error);
    return reply
      .code(refusal.status)
      .headers({ ...error.headers })
      .type('application/xml')
      .send(refusal.body(request.id).xml);
  });
}

const CODES: Readonly<Record<number, string>> = {
  404: 'NoSuchKey',
  412: 'PreconditionFailed',
  416: 'InvalidRange',
};

function ofRefusal({ status, message }: Refusal): StorageRefusal {
  return new StorageRefusal(status, CODES[status] ?? 'InvalidRequest', message);
}
