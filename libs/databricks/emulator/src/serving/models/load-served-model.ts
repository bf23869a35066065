import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../state/error-code';
import { readModelFile } from './model-file';
import { ModelNotServable } from './model-not-servable';
import { fieldsOf, readSignature } from './read-signature';
import { LocalModel } from './local-model';
import type { ServedModel } from './served-model';

const FLAVOR = 'lakescope_local';

/**
 * Loads the files of a version of a registered model: `MLmodel`, and the model file its flavor `lakescope_local` names.
 * Throws `ModelNotServable`.
 */
export async function loadServedModel(modelFolder: string): Promise<ServedModel> {
  // A workspace that serves no model does not need it.
  const { parse } = await import('yaml');
  const description = fieldsOf(parsed(parse, await read(modelFolder, 'MLmodel')), 'MLmodel');
  const flavor = fieldsOf(description['flavors'], 'MLmodel: flavors')[FLAVOR];
  if (flavor === undefined) throw new ModelNotServable(`MLmodel has no flavor ${FLAVOR}: only that one runs here`);
  const { data } = fieldsOf(flavor, `MLmodel: ${FLAVOR}`);
  if (typeof data !== 'string' || !/^[\w-]+\.json$/.test(data))
    throw new ModelNotServable('MLmodel names no model file');
  const signature = readSignature(description['signature']);
  return new LocalModel(signature, readModelFile(await read(modelFolder, data), data));
}

async function read(folder: string, name: string): Promise<string> {
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw new ModelNotServable(`${name} cannot be read: ${errorCode(error)}`, { cause: error });
  }
}

function parsed(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new ModelNotServable(`MLmodel is not YAML: ${String(error)}`, { cause: error });
  }
}
