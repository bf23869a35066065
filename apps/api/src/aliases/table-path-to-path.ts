/** `table_path` is called `path` now; everything else keeps its name, its order and its repetitions. */
export function tablePathToPath(query: URLSearchParams): URLSearchParams {
  return new URLSearchParams(
    [...query].map(([name, value]): [string, string] => [name === 'table_path' ? 'path' : name, value]),
  );
}
