const STEP = '  ';

/**
 * JSON over several lines. Character by character rather than through `JSON.parse`: numbers beyond 2^53, double names and
 * the writer's own spelling stay as they stand in the log. What is cut off in the middle is laid out as far as it goes.
 */
export function prettyJson(text: string): string {
  let out = '';
  let depth = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (isInText) {
      out += character;
      if (character === '\\') out += text[(at += 1)] ?? '';
      else if (character === '"') isInText = false;
      continue;
    }
    switch (character) {
      case '"':
        isInText = true;
        out += character;
        break;
      case '{':
      case '[': {
        const close = /^\s*[}\]]/.exec(text.slice(at + 1, at + 20));
        if (close) {
          out += character + (character === '{' ? '}' : ']');
          at += close[0].length;
          break;
        }
        depth += 1;
        out += `${character}\n${STEP.repeat(depth)}`;
        break;
      }
      case '}':
      case ']':
        depth = Math.max(0, depth - 1);
        out += `\n${STEP.repeat(depth)}${character}`;
        break;
      case ',':
        out += `,\n${STEP.repeat(depth)}`;
        break;
      case ':':
        out += ': ';
        break;
      default:
        if (!/\s/.test(character)) out += character;
    }
  }
  return out;
}
