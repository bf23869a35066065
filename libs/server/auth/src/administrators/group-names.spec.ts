import { GroupNames } from './group-names';

describe('names of groups', () => {
  it.each([
    ['admins', 'admins'],
    ['admins', 'ADMINS'],
    ['Admins', 'aDmInS'],
    ['ΟΜΆΔΑΣ', 'ομάδας'],
    ['administratorſ', 'administrators'],
    ['Équipe', 'e\u0301quipe'],
    ['a+b (c) [d] {e} $ ^ | \\ / ?', 'A+B (C) [D] {E} $ ^ | \\ / ?'],
    ['管理员', '管理员'],
  ])('%j is %j', (name, other) => {
    expect(new GroupNames([name]).include(other)).toBe(true);
    expect(new GroupNames([other]).include(name)).toBe(true);
  });

  it.each([
    ['admins', 'not-admins'],
    ['admins', 'admins-readonly'],
    ['admins', 'x,admins'],
    ['admins', 'admins\n'],
    ['admins', ' admins'],
    ['admins', 'admins '],
    ['admins', 'ad\u200bmins'],
    ['admins', 'admın\u0073'],
    ['admins', 'аdmins'],
    ['admins', 'âdmins'],
    ['a.c', 'abc'],
    ['admins|x', 'x'],
    ['admins', ''],
  ])('%j is not %j', (name, other) => {
    expect(new GroupNames([name]).include(other)).toBe(false);
  });

  it('are none when there is none', () => {
    expect(new GroupNames([]).include('')).toBe(false);
  });
});
