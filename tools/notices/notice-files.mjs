// NOTICE and sbom.cdx.json, which go with the deployed app, and the page about the demo lake's data.
import { format } from 'prettier';
import { demoDataSources } from './demo-data.mjs';
import { noticeText } from './notice.mjs';
import { sbomText } from './sbom.mjs';
import { shippedLock, shippedPackages } from './shipped-packages.mjs';

/** Their texts by file, for `npm run docs`. */
export async function noticeFiles(root) {
  const packages = shippedPackages(root);
  const data = await demoDataSources(root);
  const licenses = new Map(packages.map(({ name, version, license }) => [`${name}@${version}`, license]));
  return {
    NOTICE: noticeText(root, packages, data),
    'sbom.cdx.json': sbomText(shippedLock(root), licenses),
    'docs/demo-data.md': await format(`${data}\n`, { parser: 'markdown', printWidth: 120 }),
  };
}
