/** The folder holds no model that this workspace can serve: `message` says what is missing or wrong. */
export class ModelNotServable extends Error {
  override readonly name = 'ModelNotServable';
}
