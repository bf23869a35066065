/** What lies beside the demo files, so that nobody has to guess where they come from. */
export const DATA_SOURCES = `# Where this data comes from

Real, open data, taken unchanged from the registry package \`vega-datasets\` (its own code and packaging: BSD-3-Clause).

| data | source | terms |
|---|---|---|
| flights | U.S. Bureau of Transportation Statistics, on-time performance | collected under U.S. DOT regulation (14 CFR 234); no licence stated |
| airports | U.S. government (data.gov), airports | U.S. government work |
| weather | NOAA National Climatic Data Center, Climate Data Online | U.S. government work |
| us_employment | U.S. Bureau of Labor Statistics, Current Employment Statistics | U.S. government work |
| co2 | Scripps CO2 Program, Mauna Loa record | Creative Commons Attribution 4.0 |
| us-state-capitals | vega-datasets | BSD-3-Clause |

The tables below \`/Volumes/demo/lake/tables\` are made from these files when the local workspace first starts: columns are
renamed and typed, rows are split into commits so that there is history. No value is invented.
`;
