import type { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { EndpointSchemaDetector } from '../detection/endpoint-schema-detector';
import { adaptInputs } from '../detection/input-forms';
import type { InputProblem } from '../detection/schema-validator';
import { InvalidModelInput, MayNotQuery } from '../serving.errors';
import { readObject, replaced } from './json-text';

/** In larger inputs only the first mistake is looked for. */
const LARGE_BYTES = 256 * 1024;

/** Holds inputs to what an endpoint was found to take, before its model is asked. */
@Injectable()
export class InputValidation {
  constructor(private readonly detector: EndpointSchemaDetector) {}

  /** Throws InvalidModelInput with the place of each mistake. An endpoint of which nothing is known takes anything. */
  async check(caller: UserCaller, endpointName: string, inputs: Buffer, signal: AbortSignal): Promise<void> {
    const { input, status, source, message } = await this.detector.detect(caller, endpointName, signal);
    if (status === 'PERMISSION_DENIED') throw new MayNotQuery(message ?? '', { endpoint_name: endpointName });
    if (input === undefined || source === 'fallback') return;
    const problems = problemsOf(inputs, (value) => {
      const adapted = adaptInputs(value, input.schema);
      if ('pointer' in adapted) return [adapted];
      return input.validator
        .problemsOf(adapted.inputs, inputs.length > LARGE_BYTES)
        .map(({ pointer, message: wrong }) => ({ pointer: adapted.pointerOf(pointer), message: wrong }));
    });
    if (problems.length > 0) throw new InvalidModelInput(endpointName, problems, input.schema);
  }
}

/** NaN and Infinity are numbers to a model, so they are judged as one. */
function problemsOf(
  inputs: Buffer,
  judge: (value: Record<string, unknown>) => readonly InputProblem[],
): readonly InputProblem[] {
  const { notFinite } = readObject(inputs);
  const text = notFinite.length === 0 ? inputs : replaced(inputs, notFinite, () => '0.5');
  return judge(JSON.parse(text.toString()) as Record<string, unknown>);
}
