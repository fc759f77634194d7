/**
 * Doubles each dot that begins a line and makes the last line end. A bare CR or LF counts as a line end here too: some
 * servers treat it so, and a dot after one would let a mail end itself and begin another ("SMTP smuggling").
 */
export function dotStuffed(mime: string): string {
  const stuffed = mime.replaceAll('\n.', '\n..').replaceAll('\r.', '\r..')
  const started = stuffed.startsWith('.') ? `.${stuffed}` : stuffed
  return started.endsWith('\r\n') ? started : `${started}\r\n`
}
