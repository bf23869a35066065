import { basename } from 'node:path';
import { CHANGE_DATA_BUCKET, demoFiles, demoTables } from './demo-tables';
import type { OpenData } from './open-data';

const CHANGE_DATA_SOURCE = `## Bucket ${CHANGE_DATA_BUCKET}

Synthetic: made by Lakescope's own generator, in the layout of Guidewire Cloud Data Access. Nothing in it is of a real insurer or person.

- Source: made up when the lake is seeded; \`SYNTHETIC.json\` in the bucket says from which seed
- Licence: that of Lakescope
`;

/** A page that says of everything in the demo lake where it is from and under which licence; also part of NOTICE. */
export function dataSources(data: OpenData): string {
  const used = new Map(demoTables.map(({ file, name }) => [file, `Table ${name}`]));
  for (const [folder, names] of Object.entries(demoFiles)) {
    for (const name of names) {
      const shown = used.get(name);
      used.set(name, shown === undefined ? `File ${folder}/${basename(name)}` : `${shown}, file ${folder}/${name}`);
    }
  }
  return `${data.sources(used)}\n${CHANGE_DATA_SOURCE}`;
}
