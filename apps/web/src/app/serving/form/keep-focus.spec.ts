import { TestBed } from '@angular/core/testing';
import { type JsonSchema } from './json-schema';
import { RequestDraft } from './request-draft';
import { SchemaField } from './schema-field';

const TEXT = { type: 'string' };

async function form(schema: JsonSchema, text: string) {
  TestBed.configureTestingModule({ providers: [RequestDraft] });
  const draft = TestBed.inject(RequestDraft);
  draft.described.set(schema);
  draft.text.set(text);
  const fixture = TestBed.createComponent(SchemaField);
  fixture.componentRef.setInput('path', []);
  fixture.componentRef.setInput('schema', schema);
  const element = fixture.nativeElement as HTMLElement;
  document.body.append(element);
  await fixture.whenStable();
  return {
    draft,
    /** Presses the button at a place among those of one kind, as a keyboard does: it has the focus first. */
    press: async (kind: string, at = 0) => {
      const button = element.querySelectorAll<HTMLElement>(`[data-track-id="serving-form-${kind}"]`)[at];
      button?.focus();
      expect(document.activeElement).toBe(button);
      button?.click();
      await fixture.whenStable();
    },
    focused: () => {
      const { dataset, id } = document.activeElement as HTMLElement;
      const kind = dataset['trackId'];
      if (kind === undefined) return id;
      const all = [...element.querySelectorAll(`[data-track-id="${kind}"]`)];
      return `${kind.replace('serving-form-', '')} ${all.indexOf(document.activeElement as Element)}`;
    },
  };
}

const object = (properties: NonNullable<JsonSchema['properties']>, required: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required,
});

describe('the keyboard in the form of a request', () => {
  afterEach(() => document.body.replaceChildren());

  it.each([
    ['rows', object({ rows: { type: 'array', items: object({ a: TEXT }) } }), '[{"a":"1"},{"a":"2"},{"a":"3"}]', 'row'],
    [
      'messages',
      object({ rows: { type: 'array', items: object({ role: TEXT, content: TEXT }) } }),
      '[{"role":"a","content":"1"},{"role":"a","content":"2"},{"role":"a","content":"3"}]',
      'message',
    ],
    ['items', object({ rows: { type: 'array', items: TEXT } }), '["1","2","3"]', ''],
    ['named values', object({ rows: { type: 'object', additionalProperties: TEXT } }), '{"a":"1","b":"2","c":"3"}', ''],
  ])(
    'stays at the place where one of several %s was removed, and goes to what adds one',
    async (_, schema, rows, kind) => {
      const { press, focused } = await form(schema, `{"rows":${rows}}`);
      const [remove, add] = kind === '' ? ['remove', 'add'] : [`remove-${kind}`, `add-${kind}`];
      await press(remove, 1);
      expect(focused()).toBe(`${remove} 1`);
      await press(remove, 1);
      expect(focused()).toBe(`${remove} 0`);
      await press(remove, 0);
      expect(focused()).toBe(`${add} 0`);
    },
  );

  it('goes to the field of a value that was left out', async () => {
    const { press, focused, draft } = await form(object({ a: TEXT, b: TEXT }), '{"a":"1","b":"2"}');
    await press('leave-out', 1);
    expect(draft.text()).toBe('{"a":"1"}');
    expect(focused()).toBe('serving-field_b');
  });

  it('goes to what makes a group when it was left out, and into the group when it was made', async () => {
    const { press, focused } = await form(object({ group: object({ a: TEXT }, ['a']) }), '{"group":{"a":"1"}}');
    await press('leave-all-out');
    expect(focused()).toBe('make 0');
    await press('make');
    expect(focused()).toBe('serving-field_group_a');
  });
});
