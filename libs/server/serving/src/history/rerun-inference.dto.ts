import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsBoolean,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  Validate,
  ValidatorConstraint,
} from 'class-validator';
import type { ValidationArguments, ValidatorConstraintInterface } from 'class-validator';
import type { InvocationRequest } from '../invocations/invocation-request';
import { ServingLimits } from '../limits';
import type { KeptQuestion } from './kept-inference';

const LONGEST_NAME = 255;
const { longestAsyncSeconds, longestTimeoutSeconds } = new ServingLimits();

@ValidatorConstraint({ name: 'inTime' })
class InTime implements ValidatorConstraintInterface {
  validate(seconds: unknown, { object }: ValidationArguments): boolean {
    return Reflect.get(object, 'async') === true || Number(seconds) <= longestTimeoutSeconds;
  }

  defaultMessage(): string {
    return `timeout_seconds must not be greater than ${longestTimeoutSeconds} without async`;
  }
}

/** How to ask again; an empty object asks the same model the same way, and answers at once. */
export class RerunInferenceRequest {
  /** Asks this endpoint instead. */
  @ApiPropertyOptional({ minLength: 1, maxLength: LONGEST_NAME, example: 'flight-delay' })
  @IsOptional()
  @IsString()
  @Length(1, LONGEST_NAME)
  endpoint_name?: string;

  /** Asks this model of the endpoint, whatever the traffic says. Left out: the one that was asked for by name then, if it is the same endpoint. */
  @ApiPropertyOptional({ minLength: 1, maxLength: LONGEST_NAME, example: 'flight-delay-2' })
  @IsOptional()
  @IsString()
  @Length(1, LONGEST_NAME)
  served_entity?: string;

  /** How long to wait for the model: 100 seconds at most, or 297 with `async`. Left out: as long as then, as far as these allow. */
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: longestAsyncSeconds, example: 30 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(longestAsyncSeconds)
  @Validate(InTime)
  timeout_seconds?: number;

  /** Whether to answer at once with an id by which the answer can be fetched later. */
  @ApiPropertyOptional({ type: Boolean, example: false })
  @IsOptional()
  @IsBoolean()
  async?: boolean;

  questionOf(kept: KeptQuestion): InvocationRequest {
    const { async: isAsync = false, endpoint_name: endpointName = kept.endpointName } = this;
    const longest = isAsync ? longestAsyncSeconds : longestTimeoutSeconds;
    const then = kept.timeoutSeconds === undefined ? undefined : Math.min(kept.timeoutSeconds, longest);
    return {
      inputs: kept.inputs,
      timeoutSeconds: this.timeout_seconds ?? then,
      validate: false,
      isAsync,
      // Another endpoint has models of other names.
      servedEntity: this.served_entity ?? (endpointName === kept.endpointName ? kept.servedEntity : undefined),
    };
  }
}
