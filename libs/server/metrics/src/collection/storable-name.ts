/** A text as Postgres takes it, and no longer than that: without U+0000, and half characters replaced as UTF-8 asks for. */
export function storableName(text: string, longest: number): string {
  return Buffer.from(text.replaceAll('\u0000', '').slice(0, longest)).toString();
}
