import { required, type InstalledPackages } from './installed-packages';

/** What must hold of `@lakescope/sketch` as npm would publish it. */
export function sketchCases(installed: () => InstalledPackages): void {
  it('holds code and types, and nothing of tests', () => {
    const { files } = installed().of('sketch');
    const others = files.filter((path) => !/^dist\/(index\.(mjs|cjs|d\.mts|d\.cts)|types\/.+\.d\.ts)$/.test(path));

    expect(others).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(files.filter((path) => /[.-]spec/.test(path))).toEqual([]);
  });

  it("runs the README's example as an ES module and as CommonJS", async () => {
    const [example = ''] = await installed().examples('sketch', 'ts');
    const told = `${example}console.log(week.quantile(0.95), Sketch.decodeAll(bytes).quantile(0.95));\n`;
    const outputs = [
      await installed().runs('sketch/example.mjs', told),
      await installed().runs('sketch/example.cjs', required(told)),
    ];

    for (const { stdout, stderr } of outputs) {
      const [quantile = 0, decoded = 0] = stdout.split(' ').map(Number);
      expect(stderr).toBe('');
      // 0.54 % of 310 at most.
      expect(Math.abs(quantile - 310)).toBeLessThan(1.7);
      expect(decoded).toBe(quantile);
    }
  });

  it('has types that know the example, and what it does not say', async () => {
    const [example = ''] = await installed().examples('sketch', 'ts');
    const wrong = `import { Sketch } from '@lakescope/sketch';\n// @ts-expect-error a duration is a number\nnew Sketch().add('1 s');\n`;

    expect(await installed().complaints({ 'example.mts': example, 'example.cts': example, 'wrong.mts': wrong })).toBe(
      '',
    );
  }, 60_000);
}
