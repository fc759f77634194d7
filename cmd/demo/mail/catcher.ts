import { listenOnFreePort } from '../ports.ts'
import { startSmtpCatcher } from './smtp.ts'
import { MailStore } from './store.ts'
import { createCatcherWeb } from './web.ts'

export type MailCatcher = { smtpUrl: string; webUrl: string; store: MailStore; stop: () => Promise<void> }

/** Catches every mail on loopback and shows it on a web page, on `webPort` or the next free one. */
export async function startMailCatcher({ webPort }: { webPort: number }): Promise<MailCatcher> {
  const store = new MailStore()
  const smtp = await startSmtpCatcher(store)
  const web = createCatcherWeb(store)
  const port = await listenOnFreePort(web, webPort)
  const stop = async () => {
    await smtp.stop()
    web.closeAllConnections()
    await new Promise((resolve) => web.close(resolve))
  }
  return { smtpUrl: smtp.url, webUrl: `http://localhost:${port}`, store, stop }
}
