import pg from 'pg'

/** Something became due, or may be claimed. Always only a hint: whoever misses it finds the work at the next poll. */
export const dueChannel = 'tidings_due'

/** How long to wait before a lost listening connection is opened again. */
const reconnectUsuallyAfterMs = 2000

/** What is done about each channel's hints. The payload is empty when it may be that hints were lost. */
export type Hints = Readonly<Record<string, (payload: string) => void>>

/**
 * Calls a channel's `onHint` for each NOTIFY on it, over one connection for all of them that is opened again when lost.
 * @returns a function that ends it.
 */
export function listen(
  connectionString: string,
  hints: Hints,
  { reconnectAfterMs = reconnectUsuallyAfterMs } = {},
): () => Promise<void> {
  let client: pg.Client | undefined
  let ended = false
  let timer: NodeJS.Timeout | undefined

  async function connect() {
    const fresh = new pg.Client({ connectionString, application_name: 'tidings listen', keepAlive: true })
    client = fresh
    fresh.on('notification', ({ channel, payload }) => hints[channel]?.(payload ?? ''))
    fresh.once('error', again)
    fresh.once('end', again)
    try {
      await fresh.connect()
      await fresh.query(Object.keys(hints).map(listenTo).join('; '))
    } catch {
      return again()
    }
    // What was said while nobody listened is lost, so look once.
    if (!ended) for (const onHint of Object.values(hints)) onHint('')
  }

  function again() {
    client?.removeAllListeners()
    client?.on('error', () => {})
    void client?.end().catch(() => {})
    client = undefined
    if (ended) return
    clearTimeout(timer)
    timer = setTimeout(() => void connect(), reconnectAfterMs)
  }

  void connect()
  return async () => {
    ended = true
    clearTimeout(timer)
    const last = client
    client?.removeAllListeners()
    last?.on('error', () => {})
    await last?.end().catch(() => {})
  }
}

const listenTo = (channel: string) => `listen ${pg.escapeIdentifier(channel)}`
