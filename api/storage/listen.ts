import pg from 'pg'

/** Something became due, or may be claimed. Always only a hint: whoever misses it finds the work at the next poll. */
export const dueChannel = 'tidings_due'

/** How long to wait before a lost listening connection is opened again. */
const reconnectAfterMs = 2000

/**
 * Calls `onHint` for each NOTIFY on the channel, over a connection of its own that is opened again when lost.
 * @returns a function that ends it.
 */
export function listen(
  connectionString: string,
  channel: string,
  onHint: (payload: string) => void,
): () => Promise<void> {
  let client: pg.Client | undefined
  let ended = false
  let timer: NodeJS.Timeout | undefined

  async function connect() {
    const fresh = new pg.Client({ connectionString, application_name: 'tidings listen', keepAlive: true })
    client = fresh
    fresh.on('notification', ({ payload }) => onHint(payload ?? ''))
    fresh.once('error', again)
    fresh.once('end', again)
    try {
      await fresh.connect()
      await fresh.query(`listen ${pg.escapeIdentifier(channel)}`)
      // What was said while nobody listened is lost, so look once.
      onHint('')
    } catch {
      again()
    }
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
