// Runs first, on whatever Node there is, and so is written in the oldest JavaScript that says it: an old Node would stop at the first
// TypeScript file with a stack trace that helps nobody.

var needed = 24
var found = process.versions.node

if (Number(found.split('.')[0]) < needed) {
  var bringsItsOwn = process.platform === 'linux' && (process.arch === 'x64' || process.arch === 'arm64')
  console.error(
    'Tidings needs Node ' +
      needed +
      ' or newer, and this is Node ' +
      found +
      ' on ' +
      process.platform +
      ' ' +
      process.arch +
      '.\n' +
      (bringsItsOwn
        ? 'npm brings the right one along: run `npm ci` (with optional packages), then `npm start` or `npm test`.'
        : 'On Linux (x64, arm64) npm brings the right one along; on this platform install Node ' +
          needed +
          ' yourself,\n' +
          'for example with your version manager or the installer of the Node project, and try again.'),
  )
  process.exit(1)
}
