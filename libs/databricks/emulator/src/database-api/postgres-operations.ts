import { randomUUID } from 'node:crypto';
import { ServiceRefusal } from '../http/refusals';
import type { StoredResource } from './lakebase-document';
import type { Fields } from './postgres-kinds';

interface StartedOperation {
  readonly name: string;
  readonly doneAt: number;
  readonly metadata: Fields;
  /** None: there is nothing to answer with, as after a delete. */
  readonly response: (() => Fields) | undefined;
}

const remembered = 1000;

/** What every change of Lakebase Autoscaling answers with, and clients ask for until it is done. */
export class PostgresOperations {
  private readonly started = new Map<string, StartedOperation>();

  start(resource: StoredResource, response?: () => Fields): Fields {
    const [projects = '', project = ''] = resource.name.split('/');
    const kind = resource.kind.charAt(0).toUpperCase() + resource.kind.slice(1);
    const operation: StartedOperation = {
      name: `${projects}/${project}/operations/${randomUUID()}`,
      doneAt: resource.readyAt,
      metadata: { '@type': `type.googleapis.com/databricks.postgres.v1.${kind}OperationMetadata` },
      response,
    };
    this.started.set(operation.name, operation);
    for (const name of [...this.started.keys()].slice(0, -remembered)) this.started.delete(name);
    return describe(operation);
  }

  get(name: string): Fields {
    const operation = this.started.get(name);
    if (operation === undefined) {
      throw new ServiceRefusal(404, 'NOT_FOUND', `operation id not found [TraceId: ${randomUUID()}]`);
    }
    return describe(operation);
  }
}

function describe({ name, doneAt, metadata, response }: StartedOperation): Fields {
  const done = Date.now() >= doneAt;
  return { name, done, metadata, ...(done ? { response: response?.() ?? {} } : {}) };
}
