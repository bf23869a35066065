import { SchemaEnforcementError } from '../schema-enforcement-error';
import type { PyFuncRequest } from '../served-model';
import type { ModelSchema, ModelSignature } from '../signature';
import { tensorsText } from './array-text';
import { castFrame, enforceColumns, enforcementFailed } from './enforce-columns';
import { enforceParams } from './enforce-params';
import { frameOfRecords, frameOfRows, type ColumnName, type Frame } from './frame';
import { isMap } from './nested-cell';
import { JsonDecodeError, parsePythonJson } from './python-json';
import { reprOf, typeName } from './python-text';
import { invalid, readArrays, UnevenColumns } from './read-arrays';
import { readCsv } from './read-csv';
import { readTensors, tensorsOfFrame } from './read-tensors';
import { numpyName, schemaText } from './signature-text';

const FORMS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;
type Form = (typeof FORMS)[number];

const REQUIRED_FORM = `The input must be a JSON dictionary with exactly one of the input fields {${FORMS.map(reprOf).join(', ')}}`;
/** As much of an unreadable body as a refusal repeats. */
const QUOTED_CHARACTERS = 1000;

/** What a model is asked: rows that fit its signature, and a value for each of its params. */
export interface EnforcedRequest {
  readonly frame: Frame;
  readonly params: ReadonlyMap<string, unknown>;
}

/**
 * Reads a request in one of the four JSON forms or as CSV and makes it fit the signature, in the order and in the words of
 * MLflow's scoring server (MLflow 3.17, `mlflow.pyfunc.scoring_server` and `mlflow.models.utils`). Throws
 * `SchemaEnforcementError`.
 */
export function readRequest({ contentType, body }: PyFuncRequest, signature: ModelSignature): EnforcedRequest {
  const [type = ''] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (type !== 'text/csv' && type !== 'application/json') {
    throw new SchemaEnforcementError(
      `This predictor only supports the following content types: Types: ['text/csv', 'application/json']. Got '${contentType.slice(0, 200)}'.`,
    );
  }
  const text = typeof body === 'string' ? body : decoded(body);
  const { inputs, params } = signature;
  if (type === 'text/csv') {
    const frame = readCsv(text, inputs?.kind === 'columns' ? inputs.columns : []);
    return { frame: enforceFrame(frame, inputs), params: enforceParams(undefined, params) };
  }
  const fields = jsonMap(text);
  const [form, ...others] = FORMS.filter((one) => Object.hasOwn(fields, one));
  if (form === undefined || others.length > 0) throw notOneForm(fields);
  try {
    return { frame: frameOf(form, fields[form], inputs), params: enforceParams(fields['params'], params) };
  } catch (error) {
    // What is nested deeper than the stack, Python refuses as well.
    if (error instanceof RangeError) throw invalid('maximum recursion depth exceeded');
    throw error;
  }
}

function frameOf(form: Form, data: unknown, inputs: ModelSchema | undefined): Frame {
  if (form === 'dataframe_records') return enforceFrame(recordsOf(data), inputs);
  if (form === 'dataframe_split') return enforceFrame(splitOf(data), inputs);
  if (inputs?.kind === 'tensors') return readTensors(form, data, inputs.tensors);
  const columns = inputs?.columns ?? [];
  const quote = (): string =>
    tensorsText(data, (name) => {
      const type = columns.find((column) => (column.name ?? '') === name)?.type ?? columns[0]?.type;
      return type?.kind === 'scalar' ? numpyName(type.scalar) : undefined;
    });
  try {
    const frame = readArrays(form, data, columns);
    return inputs === undefined ? frame : enforceColumns(frame, columns, quote);
  } catch (error) {
    if (!(error instanceof UnevenColumns)) throw error;
    throw enforcementFailed(quote(), schemaText({ kind: 'columns', columns }), error.message);
  }
}

/** A model without a signature of its inputs takes what comes. */
function enforceFrame(frame: Frame, inputs: ModelSchema | undefined): Frame {
  if (inputs === undefined) return frame;
  if (inputs.kind === 'tensors') return tensorsOfFrame(frame, inputs.tensors);
  return enforceColumns(castFrame(frame, inputs.columns), inputs.columns);
}

function recordsOf(data: unknown): Frame {
  if (Array.isArray(data)) return frameOfRecords(data);
  const got = isMap(data) ? 'dictionary' : `type <class '${typeName(data)}'>`;
  throw invalid(`Dataframe records format must be a list of records. Got ${got}.`);
}

function splitOf(data: unknown): Frame {
  if (!isMap(data)) {
    const got = Array.isArray(data) ? 'list' : `type <class '${typeName(data)}'>`;
    throw invalid(`Dataframe split format must be a dictionary. Got ${got}.`);
  }
  const names = Object.keys(data);
  if (!names.includes('data') || names.some((name) => !['columns', 'data', 'index'].includes(name))) {
    throw invalid(
      `Dataframe split format must have 'data' field and optionally 'columns' and 'index' fields. Got {${names.map(reprOf).join(', ')}}.'`,
    );
  }
  const { columns, data: rows } = data;
  if (!Array.isArray(rows)) throw notSplit(`DataFrame constructor not properly called!`);
  const cells = rows.map((row: unknown): readonly unknown[] => (Array.isArray(row) ? row : [row]));
  const widths = cells.map((row) => row.length);
  const width = Math.max(
    0,
    ...widths.slice(0, 1),
    ...(widths.some((one) => one !== widths[0]) ? [Math.max(...widths)] : []),
  );
  if (columns === undefined || columns === null) return frameOfRows(cells, positions(width));
  if (!Array.isArray(columns)) throw notSplit('Index(...) must be called with a collection of some kind');
  if (cells.length > 0 && columns.length !== width) {
    throw notSplit(`${columns.length} columns passed, passed data had ${width} columns`);
  }
  return frameOfRows(
    cells,
    columns.map((name: unknown): ColumnName => (typeof name === 'number' ? name : String(name))),
  );
}

function positions(width: number): number[] {
  return Array.from({ length: width }, (_, index) => index);
}

function notSplit(error: string): SchemaEnforcementError {
  return invalid(
    `Provided dataframe_split field is not a valid dataframe representation in 'split' format. Error: '${error}'`,
  );
}

function decoded(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    throw invalid(`Ensure that input is a valid UTF-8 encoded string. Error: '${String(error)}'`);
  }
}

function jsonMap(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parsePythonJson(text);
  } catch (error) {
    if (!(error instanceof JsonDecodeError)) throw error;
    const quote = text.slice(0, QUOTED_CHARACTERS);
    throw invalid(
      `Ensure that input is a valid JSON formatted string. Error: 'JSONDecodeError(${reprOf(error.message)})'\nInput: \n${quote}\n`,
    );
  }
  if (isMap(value)) return value;
  if (Array.isArray(value)) throw invalid(`${REQUIRED_FORM}. Received a list.`);
  throw invalid(`${REQUIRED_FORM}. Received unexpected input type '<class '${typeName(value)}'>.`);
}

function notOneForm(fields: Readonly<Record<string, unknown>>): SchemaEnforcementError {
  const received = Object.keys(fields).filter((name) => FORMS.some((form) => form === name));
  return new SchemaEnforcementError(
    `${REQUIRED_FORM}. Received dictionary with input fields: [${received.map(reprOf).join(', ')}]. ${PROTOCOL}`,
  );
}

const PROTOCOL =
  "IMPORTANT: The MLflow Model scoring protocol has changed in MLflow version 2.0. If you are seeing this error, you are likely using an outdated scoring request format. To resolve the error, either update your request format or adjust your MLflow Model's requirements file to specify an older version of MLflow (for example, change the 'mlflow' requirement specifier to 'mlflow==1.30.0'). If you are making a request using the MLflow client (e.g. via `mlflow.pyfunc.spark_udf()`), upgrade your MLflow client to a version >= 2.0 in order to use the new request format. For more information about the updated MLflow Model scoring protocol in MLflow 2.0, see https://mlflow.org/docs/latest/models.html#deploy-mlflow-models.";
