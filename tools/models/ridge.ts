/** Ridge regression by its normal equations; the intercept is not shrunk. */
export function ridge(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  shrinkage: number,
): { readonly intercept: number; readonly coefficients: readonly number[] } {
  const width = (rows[0]?.length ?? 0) + 1;
  const equations = Array.from({ length: width }, () => new Array<number>(width + 1).fill(0));
  rows.forEach((row, index) => {
    const vector = [1, ...row];
    vector.forEach((one, i) => {
      const equation = equations[i] ?? [];
      vector.forEach((other, j) => (equation[j] = (equation[j] ?? 0) + one * other));
      equation[width] = (equation[width] ?? 0) + one * (targets[index] ?? 0);
    });
  });
  equations.forEach((equation, i) => (equation[i] = (equation[i] ?? 0) + (i === 0 ? 0 : shrinkage)));
  const [intercept = 0, ...coefficients] = solve(equations);
  return { intercept, coefficients };
}

/** Gauss-Jordan elimination with the largest pivot. */
function solve(equations: number[][]): number[] {
  const size = equations.length;
  for (let column = 0; column < size; column += 1) {
    const below = equations.slice(column).map((equation) => Math.abs(equation[column] ?? 0));
    const pivot = column + below.indexOf(Math.max(...below));
    [equations[column], equations[pivot]] = [equations[pivot] ?? [], equations[column] ?? []];
    const lead = equations[column] ?? [];
    const scale = lead[column] ?? 1;
    lead.forEach((value, index) => (lead[index] = value / scale));
    equations.forEach((equation, row) => {
      const factor = row === column ? 0 : (equation[column] ?? 0);
      if (factor !== 0) lead.forEach((value, index) => (equation[index] = (equation[index] ?? 0) - factor * value));
    });
  }
  return equations.map((equation) => equation[size] ?? 0);
}
