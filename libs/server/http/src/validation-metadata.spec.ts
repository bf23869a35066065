import { getMetadataStorage, IsInt, IsString, validateSync } from 'class-validator';
import { rememberValidationMetadata } from './validation-metadata';

class Named {
  @IsString()
  name: unknown;
}

class Counted extends Named {
  @IsInt()
  count: unknown;
}

class ByGroup {
  @IsString({ groups: ['first'] })
  first: unknown;

  @IsString({ groups: ['second'] })
  second: unknown;
}

const wrongIn = (value: object, groups?: string[]) =>
  validateSync(value, groups === undefined ? {} : { groups }).map(({ property }) => property);

describe('what class-validator knows of a class', () => {
  beforeAll(rememberValidationMetadata);

  it('is gathered once, with what the class inherits, and is nobody else’s', () => {
    const storage = getMetadataStorage();
    const gathered = storage.getTargetValidationMetadatas(Counted, '', false, false);

    expect(storage.getTargetValidationMetadatas(Counted, '', false, false)).toBe(gathered);
    for (let round = 0; round < 2; round += 1) {
      expect(wrongIn(Object.assign(new Counted(), { name: 1, count: 'x' }))).toEqual(['count', 'name']);
      expect(wrongIn(Object.assign(new Counted(), { name: 'a', count: 1 }))).toEqual([]);
      expect(wrongIn(Object.assign(new Named(), { name: 1 }))).toEqual(['name']);
    }
  });

  it('is asked for by group as before', () => {
    const value = Object.assign(new ByGroup(), { first: 1, second: 2 });

    expect([wrongIn(value, ['first']), wrongIn(value, ['second'])]).toEqual([['first'], ['second']]);
  });
});
