import { XML_DECLARATION } from '../http/xml';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A whole answer: the root element in S3's namespace around what is already XML. */
export function xmlDocument(root: string, inner: string): string {
  return `${XML_DECLARATION}<${root} xmlns="${NAMESPACE}">${inner}</${root}>`;
}
