/** Identifiers and keys of AWS and of storage like it: printable, without a blank. */
export const PRINTABLE = /^[\x21-\x7e]+$/;
/** A region of AWS, or what storage like it calls one. */
export const REGION_NAME = /^[a-z0-9-]{1,40}$/;
