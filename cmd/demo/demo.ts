import { mkdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { startChild } from './child.ts'
import { prepareDatabase } from './database.ts'
import type { Ending } from './ending.ts'
import { childEnvironment, notifierEnvironment, usesOwnProvider } from './environment.ts'
import { readKeys, writeKeys, type DemoKeys } from './keys.ts'
import { startMailCatcher } from './mail/catcher.ts'
import { isOnHold } from './on-hold.ts'
import { holdFolder } from './only-one.ts'
import { freePortFrom } from './ports.ts'
import { ApiClient } from './seed/client.ts'
import { demoHost } from './seed/host.ts'
import { seedDemo } from './seed/seed.ts'
import { buildWebIfOld } from './web-build.ts'

const appPort = 3000
const catcherPort = 8025

/** Starts all of it, with what it must remember in `data`, and says where it is. Everything that must be stopped is handed to `ending` as soon as it runs. */
export async function startDemo(data: string, environment: NodeJS.ProcessEnv, ending: Ending): Promise<void> {
  mkdirSync(data, { recursive: true })
  const hold = await holdFolder(data)
  if ('runningAt' in hold)
    throw new Error(
      hold.runningAt
        ? `it already runs from this folder, at ${hold.runningAt}`
        : 'it is being started from this folder already',
    )
  ending.add(hold.release)

  const keys = readKeys(data)
  await buildWebIfOld(console.log)
  console.log(
    environment.DATABASE_URL
      ? 'Migrating the database of DATABASE_URL.'
      : `Starting PostgreSQL in ${relative('', data)}/postgres.`,
  )
  const databaseUrl = await prepareDatabase(environment, data, (child) => ending.watch(child))
  const catcher = await startMailCatcher({ webPort: catcherPort })
  ending.add(catcher.stop)

  const host = environment.HOST || '127.0.0.1'
  const port = await freePortFrom(Number(environment.PORT) || appPort, host)
  const publicUrl = environment.PUBLIC_URL || `http://localhost:${port}`
  const where = { databaseUrl, smtpUrl: catcher.smtpUrl, port, host, publicUrl }
  const env = childEnvironment(environment, keys, where)
  console.log('Starting the API and one notifier.')
  const api = startChild({ name: 'The API', script: 'cmd/api/main.ts', env, logFile: join(data, 'api.log') })
  const notifier = startChild({
    name: 'The notifier',
    script: 'cmd/notifier/main.ts',
    env: notifierEnvironment(env),
    logFile: join(data, 'notifier.log'),
  })
  ending.watch(api, notifier)
  await Promise.all([api.ready, notifier.ready])

  const ours = await seedOnce(data, new ApiClient(`http://${reachable(host)}:${port}`, new URL(publicUrl).origin), keys)
  hold.announce(publicUrl)
  tell(
    {
      ...{ appUrl: publicUrl, catcherUrl: catcher.webUrl, data, password: ours ? keys.hostPassword : undefined },
      // Somebody else's address may hold a password.
      ownDatabase: environment.DATABASE_URL ? undefined : databaseUrl,
      held: await isOnHold(databaseUrl),
    },
    environment,
  )
}

/** "Listen everywhere" is no address to call. */
function reachable(host: string) {
  return ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host
}

async function seedOnce(data: string, api: ApiClient, keys: DemoKeys): Promise<boolean> {
  if (keys.seeded) return true
  const ours = await seedDemo(api, keys.hostPassword, new Date())
  if (ours) writeKeys(data, { ...keys, seeded: true })
  return ours
}

type Told = {
  appUrl: string
  catcherUrl: string
  data: string
  password: string | undefined
  ownDatabase: string | undefined
  held: boolean
}

/** The app's address comes first: programs and people look for the first URL. */
function tell({ appUrl, catcherUrl, data, password, ownDatabase, held }: Told, environment: NodeJS.ProcessEnv) {
  const mails = usesOwnProvider(environment)
    ? 'Mails go out through your own provider, to real addresses.'
    : `Mails stay here      ${catcherUrl}`
  const tools = `${ownDatabase ? `DATABASE_URL=${ownDatabase} ` : ''}npm run -s tidings -- status`
  const stray = !usesOwnProvider(environment) && (environment.AWS_ACCESS_KEY_ID || environment.RESEND_API_KEY)
  console.log(`
  Tidings is ready     ${appUrl}
  ${mails}

  Sign in as           ${demoHost.email}
  Password             ${password ?? '(the one this account already has: it was made with another data folder)'}
${stray ? '\n  A provider is configured but EMAIL_FROM is not set, so it is not used: nothing leaves this machine.\n' : ''}
  The operator's view  ${appUrl}/operator
  and tools            ${tools}
  Logs are in ${relative('', data)}. Ctrl-C stops everything.
${held ? '\n  Sending is on hold: no mail leaves until `tidings release`.\n' : ''}`)
}
