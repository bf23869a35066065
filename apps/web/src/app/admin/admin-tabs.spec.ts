import { adminTabs, tabOf } from './admin-tabs';

describe('the tabs of the admin area', () => {
  it.each([
    ['/admin', ''],
    ['/admin?x=1', ''],
    ['/admin/audit?user_id=a%2Fb', 'audit'],
    ['/admin/setup#fix', 'setup'],
    ['/administrators', ''],
  ])('finds the tab of %s', (url, id) => {
    expect(tabOf(url)).toBe(id);
  });

  it('finds each tab by its own link', () => {
    for (const { id, link } of adminTabs) expect(tabOf(link)).toBe(id);
  });
});
