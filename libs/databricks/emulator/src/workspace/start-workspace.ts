import type { LocalWorkspace } from './local-workspace';
import type { WorkspaceOptions } from './workspace-options';

export declare function startWorkspace(options: WorkspaceOptions): Promise<LocalWorkspace>;
