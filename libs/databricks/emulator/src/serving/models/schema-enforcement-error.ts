import { ServiceRefusal } from '../../http/refusals';

/** A request that does not fit the signature of the model, in MLflow's words: 400 BAD_REQUEST, and nothing was evaluated. */
export class SchemaEnforcementError extends ServiceRefusal {
  constructor(message: string) {
    super(400, 'BAD_REQUEST', message);
  }
}
