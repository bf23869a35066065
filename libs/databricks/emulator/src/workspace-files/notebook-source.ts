import type { NotebookLanguage } from '@lakescope/databricks-wire';

/** How a notebook in source form begins, and the ending its file has outside of a workspace. */
interface SourceForm {
  readonly language: NotebookLanguage;
  readonly extension: string;
  readonly marker: string;
}

const FORMS: readonly SourceForm[] = [
  { language: 'PYTHON', extension: 'py', marker: '# Databricks notebook source' },
  { language: 'SQL', extension: 'sql', marker: '-- Databricks notebook source' },
  { language: 'SCALA', extension: 'scala', marker: '// Databricks notebook source' },
  { language: 'R', extension: 'r', marker: '# Databricks notebook source' },
];

export const LANGUAGES: readonly NotebookLanguage[] = FORMS.map(({ language }) => language);

/** What an imported object becomes. */
export type ImportedAs =
  | { readonly type: 'FILE'; readonly path: string }
  | { readonly type: 'NOTEBOOK'; readonly path: string; readonly language: NotebookLanguage };

/**
 * What the format AUTO makes of a file: a notebook when its ending is a language's and its first line is the marker of
 * one, and then its ending is not part of its path. Notebooks of Jupyter are Python ones.
 */
export function detectImport(path: string, content: Buffer): ImportedAs {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase();
  const withoutEnding = path.slice(0, path.lastIndexOf('.'));
  // A name that is nothing but an ending would leave no name.
  if (ending === undefined || withoutEnding.endsWith('/')) return { type: 'FILE', path };
  if (ending === 'ipynb') return { type: 'NOTEBOOK', path: withoutEnding, language: 'PYTHON' };
  const form = FORMS.find(({ extension }) => extension === ending);
  if (form === undefined || firstLine(content) !== form.marker) return { type: 'FILE', path };
  return { type: 'NOTEBOOK', path: withoutEnding, language: form.language };
}

/** A notebook as it is exported: always with the marker, except in the form of Jupyter, which is JSON. */
export function exportedSource(language: NotebookLanguage, content: Buffer): { fileType: string; bytes: Buffer } {
  if (isJupyter(content)) return { fileType: 'ipynb', bytes: content };
  const { marker, extension } = formOf(language);
  const bytes = firstLine(content) === marker ? content : Buffer.concat([Buffer.from(`${marker}\n`, 'utf8'), content]);
  return { fileType: extension, bytes };
}

function formOf(language: NotebookLanguage): SourceForm {
  const form = FORMS.find((known) => known.language === language);
  if (form === undefined) throw new RangeError(`There is no notebook language ${String(language)}`);
  return form;
}

function isJupyter(content: Buffer): boolean {
  return /^\s*\{/.test(content.toString('utf8', 0, 200)) && content.includes('"nbformat"');
}

function firstLine(content: Buffer): string {
  // A marker is short, and a file may be one line of megabytes. Windows ends lines with two characters.
  const [line = ''] = content.toString('utf8', 0, 200).split('\n');
  return line.trimEnd();
}
