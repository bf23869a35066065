import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Refusal } from '../../http/refusals';
import type { Principal } from '../../identity/directory';
import { below } from '../../state/below';
import type { WorkspaceFiles } from '../../workspace-files/workspace-files';
import { DeploymentFailed } from './deployment-failed';

/** Copies what is deployed out of the workspace tree: what runs does not change when somebody edits the source. */
export class AppSource {
  constructor(
    private readonly files: WorkspaceFiles,
    private readonly largestFileBytes: number,
  ) {}

  /** Answers how many files there are. Throws DeploymentFailed when the folder cannot be deployed. */
  async copy(deployer: Principal, path: string, into: string): Promise<number> {
    const found = await this.folder(deployer, path);
    const tooLarge = found.filter(({ size }) => size > this.largestFileBytes);
    if (tooLarge.length > 0) {
      const named = tooLarge.slice(0, 5).map((file) => `${file.path} (${file.size} bytes)`);
      throw new DeploymentFailed(
        `Files over ${this.largestFileBytes} bytes cannot be deployed: ${named.join(', ')}. Remove them from ${path}.`,
      );
    }
    if (found.length === 0) throw new DeploymentFailed(`Folder ${path} is empty: upload the app's files first.`);
    await mkdir(into, { recursive: true, mode: 0o700 });
    for (const file of found) {
      const target = below(into, file.path);
      if (target === undefined)
        throw new DeploymentFailed(`${path} has a file that cannot lie below a folder: ${file.path}`);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await file.copyTo(target);
    }
    return found.length;
  }

  private async folder(deployer: Principal, path: string) {
    try {
      return await this.files.snapshot(deployer, path);
    } catch (error) {
      if (error instanceof Refusal)
        throw new DeploymentFailed(`Source code path ${path}: ${error.message}`, { cause: error });
      throw error;
    }
  }
}
