import { evaluationOf, type Evaluation } from './evaluate';
import type { ModelFile } from './model-file';
import { SchemaEnforcementError } from './schema-enforcement-error';
import type { Predictions, PyFuncRequest, ServedModel } from './served-model';
import type { ModelSignature } from './signature';

/** A model of the flavor `lakescope_local`, evaluated in this process. */
export class LocalModel implements ServedModel {
  private readonly evaluate: Evaluation;

  constructor(
    readonly signature: ModelSignature,
    file: ModelFile,
  ) {
    this.evaluate = evaluationOf(file);
  }

  predict({ body }: PyFuncRequest): Predictions {
    const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
    const { dataframe_records: records } = JSON.parse(text) as { dataframe_records?: unknown };
    if (!Array.isArray(records)) throw new SchemaEnforcementError('The input must be a JSON dictionary');
    const params = new Map(this.signature.params.map((param) => [param.name, param.default]));
    return records.map((record: Record<string, unknown>) => this.evaluate((column) => record[column], params));
  }

  openapi(): object {
    return { post: { responses: { '200': { description: 'Successful operation' } } } };
  }
}
