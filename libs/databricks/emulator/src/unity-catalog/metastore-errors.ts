import { wordOf, type SecurableType } from './securables';

/** Asked for a securable that cannot be: a bad name, or a parent that is not there. */
export class InvalidSecurable extends Error {
  override readonly name: string = 'InvalidSecurable';
}

/** The name is taken by another securable of the type. */
export class SecurableExists extends InvalidSecurable {
  override readonly name = 'SecurableExists';

  constructor(
    readonly type: SecurableType,
    readonly fullName: string,
  ) {
    super(`${wordOf(type)} '${fullName}' already exists`);
  }
}
