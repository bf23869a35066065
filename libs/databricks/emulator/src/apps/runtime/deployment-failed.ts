/** A deployment cannot go on. The message is for everybody who sees the app: what is wrong and what to do. */
export class DeploymentFailed extends Error {
  override readonly name = 'DeploymentFailed';
  /** What comes after the message for those who may see the app's log. */
  readonly lastWords: string;

  constructor(message: string, options: ErrorOptions & { lastWords?: string } = {}) {
    super(message, options);
    this.lastWords = options.lastWords ?? '';
  }
}

/** Somebody stopped or deleted the app, or the workspace ends. */
export class DeploymentCancelled extends Error {
  override readonly name = 'DeploymentCancelled';
}
