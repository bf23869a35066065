/** The body that names a table in a volume and, if not the latest, one of its versions. */
export function tableRequest(path: string, version?: number) {
  return { body: { source: { kind: 'volume' as const, path }, ...(version === undefined ? {} : { version }) } };
}
