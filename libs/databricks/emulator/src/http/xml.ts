export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** One element with text. Control characters become references: XML 1.0 has no other form, and S3 answers so too. */
export function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

function escapeXml(text: string): string {
  return text.replace(
    /[&<>"]|\p{Cc}/gu,
    (character) => NAMED[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
}

const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
