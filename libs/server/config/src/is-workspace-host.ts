import { InvalidHost, workspaceOrigin } from '@lakescope/databricks-client';
import { registerDecorator } from 'class-validator';

/** A workspace address the client would talk to: https, or http on loopback. */
export function IsWorkspaceHost(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isWorkspaceHost',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value: unknown) => typeof value === 'string' && problemOf(value) === undefined,
        defaultMessage: (context) => `$property ${problemOf(context?.value) ?? 'is not usable'}`,
      },
    });
  };
}

function problemOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return 'is required';
  try {
    workspaceOrigin(value);
    return undefined;
  } catch (error) {
    return error instanceof InvalidHost ? error.message : 'is not usable';
  }
}
