import { malformedXml } from './s3-error';

/** An element of a request's body. Attributes and namespaces mean nothing to S3's requests and are left out. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface OpenElement {
  name: string;
  children: XmlElement[];
  text: string;
}

const TOKEN =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** What S3's requests need is three deep. */
const DEEPEST = 16;

/**
 * Reads the small XML of S3's requests. There are no document types and so no entities of one's own, hence nothing that
 * grows. Throws MalformedXML.
 */
export function readXml(source: string): XmlElement {
  const root: OpenElement = { name: '', children: [], text: '' };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const match = TOKEN.exec(source);
    const top = open.at(-1);
    if (match === null || top === undefined) throw malformedXml();
    const [, cdata, closing, name, , selfClosing, text] = match;
    if (cdata !== undefined) top.text += cdata;
    else if (text !== undefined) top.text += unescapeXml(text);
    else if (name === undefined) continue;
    else if (closing === '/') close(open, localName(name));
    else {
      const fresh: OpenElement = { name: localName(name), children: [], text: '' };
      if (open.length > DEEPEST) throw malformedXml();
      top.children.push(fresh);
      if (selfClosing !== '/') open.push(fresh);
    }
  }
  const [document] = root.children;
  if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '' || document === undefined) {
    throw malformedXml();
  }
  return document;
}

/** The text of a child; undefined when it is not there. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text;
}

function close(open: OpenElement[], name: string): void {
  if (open.length < 2 || open.pop()?.name !== name) throw malformedXml();
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

function unescapeXml(text: string): string {
  return text.replace(/&([^;&\s]{0,10});?|&/g, (whole, name: string | undefined) => {
    if (name === undefined || !whole.endsWith(';')) throw malformedXml();
    const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
    const code = hex === undefined ? Number(decimal ?? NaN) : parseInt(hex, 16);
    if (code <= 0x10_ff_ff) return String.fromCodePoint(code);
    const character = NAMED[name];
    if (character === undefined) throw malformedXml();
    return character;
  });
}
