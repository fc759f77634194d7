/** What ends a mail on the wire, after the line end of its last line. */
export const finalDot = '.\r\n'

/**
 * The mail as it goes over the wire, final dot included: each dot that begins a line is doubled, and the last line ends. A bare CR or LF
 * counts as a line end here too: some servers treat it so, and a dot after one would let a mail end itself and begin another ("SMTP
 * smuggling"). `commands` leave behind it, in one piece.
 */
export function onTheWire(mime: string, commands = ''): string {
  const whole = mime + finalDot + commands
  return isPlain(whole, mime.length) ? whole : dotStuffed(mime) + finalDot + commands
}

/**
 * Our own mails have no line that begins with a dot (`content/mime` sees to it), so that nearly always this look is all. It is taken at
 * what will be written: joining a long text is most of what it costs.
 */
function isPlain(whole: string, dotAt: number): boolean {
  return whole.search(dotAfterLineEnd) === dotAt - 1 && !whole.startsWith('.') && whole.startsWith('\r\n', dotAt - 2)
}

const dotAfterLineEnd = /[\r\n]\./

function dotStuffed(mime: string): string {
  const stuffed = mime.replaceAll('\n.', '\n..').replaceAll('\r.', '\r..')
  const started = stuffed.startsWith('.') ? `.${stuffed}` : stuffed
  return started.endsWith('\r\n') ? started : `${started}\r\n`
}
