import { inOrder, type ListedObject, type ListOrder, nameOf, nextOrder } from './listed-object';

function object(name: string, rest: Partial<ListedObject> = {}): ListedObject {
  const place = { names: ['demo', 'lake', name] };
  return { place, icon: 'table', what: 'table', owner: null, comment: null, updatedAt: null, ...rest };
}

const objects = [
  object('part10', { rows: '9007199254740993', bytes: 5 }),
  object('part9', { rows: 7, bytes: null }),
  object('other', { rows: null, bytes: 70 }),
];
const names = (order: ListOrder) => inOrder(objects, order).map(nameOf);

describe('the order of a list', () => {
  it('is by name, numbers in names by their value', () => {
    expect(names({ key: 'name', isDescending: false })).toEqual(['other', 'part9', 'part10']);
  });

  it('puts what is not known below everything that is', () => {
    expect(names({ key: 'rows', isDescending: true })).toEqual(['part10', 'part9', 'other']);
    expect(names({ key: 'bytes', isDescending: false })).toEqual(['part9', 'part10', 'other']);
  });

  it('begins with most and newest, and with A; a second click turns it round', () => {
    const byName: ListOrder = { key: 'name', isDescending: false };
    expect(nextOrder(byName, 'rows')).toEqual({ key: 'rows', isDescending: true });
    expect(nextOrder(byName, 'name')).toEqual({ key: 'name', isDescending: true });
    expect(nextOrder({ key: 'rows', isDescending: true }, 'rows')).toEqual({ key: 'rows', isDescending: false });
  });
});
