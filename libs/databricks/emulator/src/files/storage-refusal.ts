import type { FastifyInstance } from 'fastify';
import { Refusal } from '../http/refusals';

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
    const fields = `<Code>${this.code}</Code><Message>${this.message}</Message><RequestId>${requestId}</RequestId>`;
    return { xml: `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${fields}</Error>` };
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
