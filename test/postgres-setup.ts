import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrateUp } from '../api/storage/migrate.ts'
import { startEmbeddedPostgres } from '../db/embedded.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: { serverUrl: string; template: string }
  }
}

const migrations = 'db/migrations'

// Vitest runs this once per project; the projects share one server through this promise.
let running: Promise<{ serverUrl: string; template: string; stop: () => Promise<void> }> | undefined
let users = 0

/** Starts PostgreSQL (or takes the server of DATABASE_URL), migrates a template database and tells the tests where it is. */
export default async function setup(project: TestProject) {
  running ??= start()
  users++
  const { serverUrl, template, stop } = await running
  project.provide('postgres', { serverUrl, template })
  return async () => {
    if (--users === 0) await stop()
  }
}

async function start() {
  const given = process.env.DATABASE_URL
  const server = given ? undefined : await embedded()
  const serverUrl = given ?? server!.url('postgres')
  const template = `tidings_template_${await migrationsDigest()}_${process.pid}`
  const admin = new pg.Client({ connectionString: serverUrl })
  await admin.connect()
  await admin.query(`create database ${template}`)
  await migrateUp(withDatabaseName(serverUrl, template), migrations)
  const stop = async () => {
    await admin.query(`drop database if exists ${template} with (force)`).catch(() => {})
    await admin.end()
    await server?.stop()
  }
  return { serverUrl, template, stop }
}

async function embedded() {
  const directory = await mkdtemp(join(tmpdir(), 'tidings-test-'))
  // The server may run as another user than root, who must be able to pass.
  await chmod(directory, 0o755)
  const server = await startEmbeddedPostgres(join(directory, 'data'), { durable: false })
  return { ...server, stop: () => server.stop().then(() => rm(directory, { recursive: true, force: true })) }
}

async function migrationsDigest() {
  const names = (await readdir(migrations)).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(migrations, name))))
  return createHash('sha256').update(Buffer.concat(texts)).digest('hex').slice(0, 12)
}

export function withDatabaseName(url: string, name: string) {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}
