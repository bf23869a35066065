import { observePage } from './page-observers';

describe('what is noted of a page', () => {
  let noted: unknown[][];
  let end: () => void;

  beforeEach(() => {
    noted = [];
    end = observePage(document, (type, details) => noted.push([type, details]));
  });
  afterEach(() => end());

  function press(html: string, selector = '[data-press]'): unknown[][] {
    document.body.innerHTML = html;
    document.addEventListener('click', (event) => event.preventDefault(), { once: true });
    document.querySelector<HTMLElement>(selector)?.click();
    return noted;
  }
  const clicked = (elementId: string) => [['button_click', { elementId }]];

  it.each([
    ['its name for tracking', '<button data-press data-track-id="save" id="b">Save</button>', 'save'],
    ['its id', '<button data-press id="save-button">Save</button>', 'save-button'],
    ['tag and text', '<a href="/x" data-press>  Show\n all </a>', 'a Show all'],
    ['the button around an icon', '<button>Retry<svg data-press></svg></button>', 'button Retry'],
    ['its tag alone, when it has no text', '<button data-press></button>', 'button'],
    ['its tag alone, when the text is an address', '<button data-press>ada@example.com</button>', 'button'],
    ['its tag alone, when the text is a path', '<a href="#" data-press>/Volumes/a/b</a>', 'a'],
  ])('is a press on a button or link, by %s', (_, html, name) => {
    document.body.innerHTML = html;
    document.querySelector('[data-press]')?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
    expect(noted).toEqual(clicked(name));
  });

  it('is one press on a choice of several, by the name around them; without a name, none', () => {
    document.body.innerHTML =
      '<div data-track-id="metrics-range"><label><input type="radio" name="r" />24 h</label></div>' +
      '<p><label><input type="checkbox" />x</label></p>';
    for (const label of document.querySelectorAll('label')) label.click();
    expect(noted).toEqual(clicked('metrics-range'));
  });

  it('is cut at a hundred characters, and never within one', () => {
    const [[, details] = []] = press(`<button data-press>${'x'.repeat(92)}\u{1f600}</button>`);
    expect((details as { elementId: string }).elementId).toBe(`button ${'x'.repeat(92)}`);
  });

  it.each([
    ['table', '<table><tr><td><a href="#" data-press>payroll</a></td></tr></table>'],
    ['list', '<ul><li><a href="#" data-press id="payroll">payroll</a></li></ul>'],
    ['grid', '<div role="grid"><button data-press>payroll</button></div>'],
    ['listbox', '<div role="listbox"><a href="#" data-press>payroll</a></div>'],
    ['place marked as private', '<section data-track-private><button data-press>ada</button></section>'],
    ['tree of JSON', '<details><summary data-press>salary {3}</summary></details>'],
    ['heading', '<h1><a href="#" data-press>payroll</a></h1>'],
  ])('is nothing of a link inside a %s', (_, html) => {
    expect(press(html)).toEqual([]);
  });

  it('is the name for tracking of a link inside a table, and nothing else of it', () => {
    const html = '<table><tr><td><a href="#" data-press data-track-id="folder-open">payroll</a></td></tr></table>';
    expect(press(html)).toEqual(clicked('folder-open'));
  });

  it.each([
    '<p data-press>text</p>',
    '<table><tr><td data-press>4711</td></tr></table>',
    '<form data-track-id="f"><i data-press>x</i></form>',
  ])('is nothing of a press on what is no button: %s', (html) => {
    expect(press(html)).toEqual([]);
  });

  it.each([
    ['audit-log.csv', 'csv'],
    ['lakescope-ada@example.com-data.json', 'json'],
    ['', 'file'],
    ['payroll.of.march', 'file'],
  ])('is a download, with the format of %j and not its name', (name, format) => {
    const html = `<ul><li><a data-press data-track-id="file-download" href="#" download="${name}">x</a></li></ul>`;
    expect(press(html)).toEqual([['export_triggered', { elementId: 'file-download', metadata: { format } }]]);
  });

  it('is a form that is sent, without what is in it', () => {
    const html =
      '<form data-track-id="audit-filter"><input value="ada" /></form><form aria-label="Find"><input value="ada" /></form>';
    document.body.innerHTML = html;
    for (const form of document.forms)
      form.dispatchEvent(new SubmitEvent('submit', { bubbles: true, cancelable: true }));
    expect(noted).toEqual([
      ['form_submit', { elementId: 'audit-filter' }],
      ['form_submit', { elementId: 'form Find' }],
    ]);
  });

  it('is nothing any more once it has ended', () => {
    end();
    expect(press('<button data-press>Save</button>')).toEqual([]);
  });
});
