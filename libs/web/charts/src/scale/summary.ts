/**
 * The gist of a series for whoever does not see its line: `p95: last 12 ms, lowest 3 ms, highest 340 ms (21 Nov 12:05)`.
 * `when` names the time of an index.
 */
export function seriesSummary(
  name: string,
  values: readonly (number | null)[],
  format: (value: number) => string,
  when: (index: number) => string,
): string {
  let [least, most, last, known] = [-1, -1, -1, 0];
  values.forEach((value, index) => {
    if (value === null) return;
    last = index;
    known += 1;
    if (least < 0 || value < (values[least] ?? 0)) least = index;
    if (most < 0 || value > (values[most] ?? 0)) most = index;
  });
  if (last < 0) return $localize`${name}:name:: nothing known`;
  const [low, high, present] = [least, most, last].map((index) => values[index] ?? 0) as [number, number, number];
  if (high === 0) return $localize`${name}:name:: none`;
  if (known === 1) return $localize`${name}:name:: ${format(high)}:value: (${when(last)}:when:)`;
  if (low === high) return $localize`${name}:name:: ${format(high)}:value: throughout`;
  return $localize`${name}:name:: last ${format(present)}:last:, lowest ${format(low)}:low:, highest ${format(high)}:high: (${when(most)}:when:)`;
}
