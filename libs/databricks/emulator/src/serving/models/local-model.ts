import { evaluationOf, type Evaluation } from './evaluate';
import { readRequest } from './input/read-request';
import type { ModelFile } from './model-file';
import { pathItemOf } from './openapi';
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

  predict(request: PyFuncRequest): Predictions {
    const { frame, params } = readRequest(request, this.signature);
    const columns = new Map(frame.names.map((name, index) => [String(name), frame.columns[index] ?? []]));
    return Array.from({ length: frame.length }, (_, row) =>
      this.evaluate((column) => columns.get(column)?.[row], params),
    );
  }

  openapi(): object {
    return pathItemOf(this.signature);
  }
}
