import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@lakescope/server-config';
import { hasCode } from '../env-file';

/**
 * The workspace of a profile of the Databricks CLI: the `host` of its section in `~/.databrickscfg`, or in the file that
 * DATABRICKS_CONFIG_FILE names. Undefined when the file, the profile or its host is not there.
 */
export async function hostOfProfile(profile: string, shell: Environment): Promise<string | undefined> {
  const file = shell['DATABRICKS_CONFIG_FILE'] ?? join(shell['HOME'] ?? homedir(), '.databrickscfg');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  let section = 'DEFAULT';
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\s*\[(.+)\]\s*$/.exec(line)?.[1];
    if (heading !== undefined) section = heading.trim();
    // What follows is a comment, as the Databricks CLI reads it.
    const host = /^\s*host\s*=\s*([^\s#;]+)\s*(?:[#;].*)?$/.exec(line)?.[1];
    if (section === profile && host !== undefined) return host;
  }
  return undefined;
}
