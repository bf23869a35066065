/** A deployment cannot go on. The message is for whoever deploys: what is wrong and what to do. */
export class DeploymentFailed extends Error {
  override readonly name = 'DeploymentFailed';
}

/** Somebody stopped or deleted the app, or the workspace ends. */
export class DeploymentCancelled extends Error {
  override readonly name = 'DeploymentCancelled';
}
