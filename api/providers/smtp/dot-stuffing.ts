/** What ends a mail on the wire, after the line end of its last line. */
export const finalDot = '.\r\n'

/**
 * The mail as it goes over the wire, final dot included: each dot that begins a line is doubled, and the last line ends. A bare CR or LF
 * counts as a line end here too: some servers treat it so, and a dot after one would let a mail end itself and begin another ("SMTP
 * smuggling").
 */
export function dotEnded(mime: string): string {
  const ended = mime + finalDot
  return isPlain(ended) ? ended : dotStuffed(mime) + finalDot
}

/**
 * Our own mails have no line that begins with a dot (`content/mime` sees to it), so that nearly always this look is all. It is taken at
 * what will be written: joining a long text is most of what it costs.
 */
function isPlain(ended: string): boolean {
  return (
    ended.indexOf('\n.') === ended.length - 4 &&
    !ended.includes('\r.') &&
    !ended.startsWith('.') &&
    ended.endsWith('\r\n.\r\n')
  )
}

function dotStuffed(mime: string): string {
  const stuffed = mime.replaceAll('\n.', '\n..').replaceAll('\r.', '\r..')
  const started = stuffed.startsWith('.') ? `.${stuffed}` : stuffed
  return started.endsWith('\r\n') ? started : `${started}\r\n`
}
