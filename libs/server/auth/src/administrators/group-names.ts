/**
 * Names of groups, compared as a whole and without regard to case. Case is folded by Unicode (a regular expression with `iu` does
 * exactly that, `toLowerCase` does not: it would miss `ſ` and make `İ` two characters), and ways to spell the same character are one
 * (NFC). Nothing else is made alike: no blank is cut off, and no accent.
 */
export class GroupNames {
  private readonly pattern: RegExp;

  constructor(names: readonly string[]) {
    const alternatives = names.map((name) => name.normalize('NFC').replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    // Without any name nothing matches, not even the empty one.
    this.pattern = new RegExp(names.length === 0 ? '(?!)' : `^(?:${alternatives.join('|')})$`, 'iu');
  }

  include(group: string): boolean {
    return this.pattern.test(group.normalize('NFC'));
  }
}
