import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject, onTestFinished } from 'vitest'
import { openDatabase, type Database } from '../api/storage/database.ts'
import { withDatabaseName } from './postgres-setup.ts'

export type TestDatabase = Database & { url: string; drop: () => Promise<void> }

/**
 * A fresh, migrated database of its own, cloned from the template in a few milliseconds.
 * Call it once per file in `beforeAll` and `drop` it in `afterAll`, or per test through `cloneDatabase`.
 */
export async function createTestDatabase({ connectionsMax = 10 } = {}): Promise<TestDatabase> {
  const { serverUrl, template } = inject('postgres')
  const name = `tidings_test_${randomBytes(8).toString('hex')}`
  await onServer(serverUrl, `create database ${name} template ${template} strategy file_copy`)
  const url = withDatabaseName(serverUrl, name)
  const database = openDatabase({ connectionString: url, connectionsMax })
  const drop = async () => {
    await database.close()
    await onServer(serverUrl, `drop database ${name} with (force)`)
  }
  return { ...database, url, drop }
}

/** A database for one test, dropped when the test ends. */
export async function cloneDatabase(options?: { connectionsMax?: number }): Promise<TestDatabase> {
  const database = await createTestDatabase(options)
  onTestFinished(database.drop)
  return database
}

async function onServer(serverUrl: string, statement: string) {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
