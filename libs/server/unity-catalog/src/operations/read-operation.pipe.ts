import { InvalidRequest, strictValidation } from '@lakescope/server-http';
import { Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { OPERATIONS, type Operation } from './operation.dto';

/** Names are looked up in a map: every object has properties that no operation is called by. */
const CLASSES: ReadonlyMap<unknown, Type<Operation>> = new Map(Object.entries(OPERATIONS));

/** Makes the operation of a body: `op` says which class it must be an instance of, and that class is strict about the rest. */
@Injectable()
export class ReadOperation implements PipeTransform<unknown, Promise<Operation>> {
  private readonly validation = strictValidation();

  async transform(body: unknown): Promise<Operation> {
    const metatype = CLASSES.get(nameIn(body));
    if (metatype === undefined) {
      const message = `must be one of ${Object.keys(OPERATIONS).join(', ')}`;
      throw new InvalidRequest(`op ${message}`, [{ path: 'op', message }]);
    }
    return (await this.validation.transform(body, { type: 'body', metatype })) as Operation;
  }
}

function nameIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && Object.hasOwn(body, 'op') && 'op' in body ? body.op : undefined;
}
