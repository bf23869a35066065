/** The state folder cannot be used. The message is one line for the person who started the workspace. */
export abstract class StateFolderError extends Error {
  constructor(
    readonly file: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A newer release wrote this state; reading it with older rules could destroy it. */
export class StateFromNewerVersion extends StateFolderError {
  constructor(
    file: string,
    readonly found: number,
    readonly supported: number,
  ) {
    super(
      file,
      `${file} was written by a newer version (state version ${found}, this one knows ${supported}): ` +
        'update, use another state folder, or start with --reset',
    );
  }
}

export class StateCorrupt extends StateFolderError {
  constructor(file: string, reason: string, cause?: unknown) {
    super(file, `${file} is damaged (${reason}): restore it, use another state folder, or start with --reset`, {
      cause,
    });
  }
}
