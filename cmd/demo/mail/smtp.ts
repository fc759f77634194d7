import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { MailStore } from './store.ts'

/** Far above any mail Tidings writes (a body is 100 kB at most); below what would hurt the demo's memory. */
const mailSizeMax = 10 * 1024 * 1024

export type SmtpCatcher = { url: string; stop: () => Promise<void> }

/** An SMTP server on a free loopback port that accepts every mail and hands it to the store. Nothing ever leaves this machine. */
export async function startSmtpCatcher(store: MailStore): Promise<SmtpCatcher> {
  const server = new SMTPServer({
    name: 'mail-catcher.localhost',
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: mailSizeMax,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(tooLarge())
        const { mailFrom, rcptTo } = session.envelope
        store.add({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks),
        })
        done(null, 'kept in the mail catcher')
      })
    },
  })
  // A client that hangs up in the middle is its own trouble, never the catcher's.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function tooLarge() {
  return Object.assign(new Error('Message exceeds the size limit'), { responseCode: 552 })
}
