import { ValidationPipe } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, MaxLength, ValidateIf, ValidateNested } from 'class-validator';
import { PlainInput } from './plain-input';

class Named {
  @IsString()
  @MaxLength(3)
  name!: unknown;
}

class Shown extends Named {
  @IsOptional()
  @IsIn(['a', 'b'])
  as?: unknown = 'a';

  @ValidateIf(({ as }: Shown) => as === 'b')
  @IsInt()
  count?: unknown;
}

class Turned {
  @Transform(({ value }: { value: unknown }) => value === 'true')
  @IsOptional()
  on?: unknown;
}

class Nested {
  @ValidateNested()
  @Type(() => Named)
  inner!: unknown;
}

const VALUES = [undefined, null, 'a', 'b', 'abc', 'abcd', '', 1, 1.5, true, [], ['a'], {}, { name: 'a' }];

describe('plain input', () => {
  const plain = new PlainInput();
  const pipe = new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    transformOptions: { exposeDefaultValues: true },
  });
  const validated = (type: new () => object, input: object): Promise<unknown> =>
    pipe.transform(input, { type: 'query', metatype: type }).catch(() => undefined);

  it('is taken as the pipe of Nest takes it, or not at all', async () => {
    const counts = { taken: 0, left: 0, refused: 0 };
    for (const name of VALUES) {
      for (const as of VALUES) {
        for (const count of [undefined, 1, 'x']) {
          const given = Object.entries({ name, as, count }).filter(([, value]) => value !== undefined);
          const taken = plain.take(Shown, Object.fromEntries(given));
          const slow = await validated(Shown, Object.fromEntries(given));
          if (slow === undefined) counts.refused += 1;
          if (taken === undefined) counts.left += 1;
          else {
            counts.taken += 1;
            expect(taken).toBeInstanceOf(Shown);
            expect(taken).toEqual(slow);
          }
        }
      }
    }
    expect(counts.taken).toBeGreaterThan(20);
    expect(counts.left).toBeGreaterThanOrEqual(counts.refused);
  });

  it.each([
    ['a name the class does not have', Shown, { name: 'a', other: 'a' }],
    ['a name every object has', Shown, { name: 'a', constructor: 'a' }],
    ['the name of the prototype', Shown, JSON.parse('{"name":"a","__proto__":"a"}') as object],
    ['what is to be turned into something else', Turned, { on: 'true' }],
    ['an object in an object', Nested, { inner: { name: 'a' } }],
    ['a class without rules', class Free {}, {}],
  ])('is left to it with %s', (_, type, input) => {
    expect(plain.take(type, input)).toBeUndefined();
  });
});
