/**
 * Doubles each dot that begins a line and makes the last line end. A bare CR or LF counts as a line end here too: some
 * servers treat it so, and a dot after one would let a mail end itself and begin another ("SMTP smuggling").
 */
export function dotStuffed(mime: string): string {
  if (!needsStuffing(mime)) return mime
  const stuffed = mime.replaceAll('\n.', '\n..').replaceAll('\r.', '\r..')
  const started = stuffed.startsWith('.') ? `.${stuffed}` : stuffed
  return started.endsWith('\r\n') ? started : `${started}\r\n`
}

/** Our own mails have no such line (`content/mime` sees to it), so that nearly always this look is all. */
function needsStuffing(mime: string): boolean {
  return mime.includes('\n.') || mime.includes('\r.') || mime.startsWith('.') || !mime.endsWith('\r\n')
}
