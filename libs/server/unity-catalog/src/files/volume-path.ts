import { InvalidRequest } from '@lakescope/server-http';

/** Control characters, and halves of characters, which cannot be sent in a URL. */
const UNUSABLE = /[\p{Cc}\p{Cs}]/u;
/** How a separator can be spelled for somebody who decodes once too often, or runs on Windows. */
const SEPARATORS = /\\|%(?:25)*2f|%(?:25)*5c/i;
/** `.` and `..`, also spelled as `%2e`, once or twice. */
const DOTS = /^(?:\.|%(?:25)*2e){1,2}$/i;
/** Bytes that spell a character longer than UTF-8 allows: nobody means them but to get a separator or a dot past somebody. */
const OVERLONG = /%(?:25)*(?:c[01]%|e0%(?:25)*[89]|f0%(?:25)*8)/i;
/** Of one name, as the storage behind volumes takes it. */
const NAME_BYTES = 255;

/**
 * A path inside a volume: `/Volumes/<catalog>/<schema>/<volume>[/...]`, checked before anything is asked of the platform. The text
 * is taken as it is and never percent-decoded: `%20` in a file's name is three characters of that name.
 */
export class VolumePath {
  private constructor(
    readonly catalog: string,
    readonly schema: string,
    readonly volume: string,
    /** Below the volume; empty for the volume itself. */
    readonly segments: readonly string[],
  ) {}

  static parse(text: string, field = 'path'): VolumePath {
    const reason = refusal(text);
    if (reason !== undefined) {
      throw new InvalidRequest(`The path ${reason}.`, [{ path: field, message: reason }]);
    }
    const [, , catalog = '', schema = '', volume = '', ...segments] = withoutTrailingSlash(text).split('/');
    return new VolumePath(catalog, schema, volume, segments);
  }

  /** The path of something below a volume; refuses the volume itself. */
  static parseBelow(text: string, what: 'a file' | 'a directory', field = 'path'): VolumePath {
    const path = VolumePath.parse(text, field);
    if (!path.isVolume) return path;
    const message = `must name ${what}, not a volume`;
    throw new InvalidRequest(`The path ${message}.`, [{ path: field, message }]);
  }

  get name(): string {
    return this.segments.at(-1) ?? this.volume;
  }

  get isVolume(): boolean {
    return this.segments.length === 0;
  }

  toString(): string {
    return ['/Volumes', this.catalog, this.schema, this.volume, ...this.segments].join('/');
  }
}

function refusal(text: string): string | undefined {
  if (UNUSABLE.test(text)) return 'must not contain control characters';
  const [start, root, ...rest] = withoutTrailingSlash(text).split('/');
  if (start !== '' || root !== 'Volumes' || rest.length < 3)
    return 'must be /Volumes/<catalog>/<schema>/<volume> or below';
  if (rest.includes('')) return 'must not contain empty segments';
  if (rest.some((segment) => segment.split(SEPARATORS).some((part) => DOTS.test(part)))) {
    return 'must not contain . or .. segments';
  }
  if (OVERLONG.test(text)) return 'must not contain overlong encodings';
  if (rest.some((segment) => Buffer.byteLength(segment) > NAME_BYTES)) {
    return `must not contain names of more than ${NAME_BYTES} bytes`;
  }
  return undefined;
}

function withoutTrailingSlash(text: string): string {
  return text.length > 1 && text.endsWith('/') ? text.slice(0, -1) : text;
}
