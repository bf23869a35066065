import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Named {
  title?: string;
  name?: string;
  path?: string;
}

interface DataResource {
  path: string;
  description?: string;
  licenses?: Named[];
  sources?: Named[];
}

/** The open data of the registry package `vega-datasets`, with what the package itself says about where it is from. */
export class OpenData {
  private readonly root = join(dirname(require.resolve('vega-datasets')), '../data');

  file(name: string): string {
    return join(this.root, name);
  }

  /** A page for people who want to know what they look at and what they may do with it. */
  sources(used: ReadonlyMap<string, string>): string {
    const description = readFileSync(join(this.root, '../datapackage.json'), 'utf8');
    const { version, resources } = JSON.parse(description) as { version: string; resources: DataResource[] };
    const sections = [...used].map(([file, shownAs]) => {
      const resource = resources.find(({ path }) => path === file);
      const [summary = ''] = (resource?.description ?? '').split('\n\n');
      return [
        `## ${shownAs}`,
        '',
        summary.replaceAll(/\s+/g, ' ').trim(),
        '',
        `- File: \`${file}\` of \`vega-datasets\``,
        `- Source: ${links(resource?.sources) || 'not stated by the package'}`,
        `- Licence: ${links(resource?.licenses) || 'not stated by the package'}`,
        '',
      ].join('\n');
    });
    return [
      '# Where the demo data is from',
      '',
      `Real open data, as collected in the registry package \`vega-datasets\` ${version} (BSD-3-Clause).`,
      'Each data set keeps the licence of its source.',
      '',
      ...sections,
    ].join('\n');
  }
}

function links(entries: readonly Named[] | undefined): string {
  const texts = (entries ?? []).map(({ title, name, path }) => {
    const text = title ?? name ?? path ?? '';
    return path?.startsWith('http') ? `[${text}](${path})` : text;
  });
  return texts.join(', ');
}
