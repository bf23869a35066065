// Plain CommonJS in old syntax, so that any Node can run it and say the one useful line.
var wanted = [24, 9];
var have = process.versions.node.split('.').map(Number);
if (have[0] < wanted[0] || (have[0] === wanted[0] && have[1] < wanted[1])) {
  console.error(
    'Lakescope needs Node ' +
      wanted.join('.') +
      ' or later to build and test, but this is ' +
      process.versions.node +
      '. On Linux `npm ci` brings it along (do not use --omit=optional); elsewhere install Node 24 and try again.',
  );
  process.exit(1);
}
