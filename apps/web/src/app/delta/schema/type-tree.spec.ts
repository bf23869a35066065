import { typeTree } from './type-tree';

describe('typeTree', () => {
  it('takes a struct apart', () => {
    expect(typeTree('c', 'struct<a: long, b: struct<x: decimal(10,2), y: string>>')).toEqual({
      name: 'c',
      type: 'struct',
      children: [
        { name: 'a', type: 'long', children: [] },
        {
          name: 'b',
          type: 'struct',
          children: [
            { name: 'x', type: 'decimal(10,2)', children: [] },
            { name: 'y', type: 'string', children: [] },
          ],
        },
      ],
    });
  });

  it('does not unfold a list of plain values', () => {
    expect(typeTree('c', 'array<long>')).toEqual({ name: 'c', type: 'array<long>', children: [] });
    expect(typeTree('c', 'map<string, integer>').children).toEqual([]);
  });

  it('unfolds what is inside lists and maps of structs', () => {
    const value = typeTree('c', 'map<string, array<struct<a: long>>>').children[1];
    expect(value).toMatchObject({ name: 'value', type: 'array<struct<a: long>>' });
    expect(value?.children[0]?.children[0]).toMatchObject({ name: 'a', type: 'long' });
  });

  it('leaves a type it does not know in one piece', () => {
    expect(typeTree('c', 'geometry(OGC:CRS84)')).toEqual({ name: 'c', type: 'geometry(OGC:CRS84)', children: [] });
  });
});
