import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// Tests wait for what happens, however long a busy machine takes; vitest's own second is less than one checkpoint of the disk.
const patient = { expect: { poll: { timeout: 10_000 } } }

// Tests that need PostgreSQL share one embedded server and clone a migrated template per file.
const withDatabase = { ...patient, globalSetup: ['test/postgres-setup.ts'], testTimeout: 30_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['api/{domain,content,contract}/**/*.test.ts', 'db/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      { test: { ...patient, name: 'providers', include: ['api/providers/**/*.test.ts'], testTimeout: 30_000 } },
      { test: { name: 'storage', include: ['api/storage/**/*.test.ts'], ...withDatabase } },
      { test: { name: 'http', include: ['api/http/**/*.test.ts', 'api/realtime/**/*.test.ts'], ...withDatabase } },
      { test: { name: 'notifier', include: ['cmd/**/*.test.ts'], ...withDatabase } },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          ...withDatabase,
          // A day takes a second on a quiet machine; a planted bug may need several.
          testTimeout: 120_000,
        },
      },
      {
        plugins: [vue()],
        test: { ...patient, name: 'web', include: ['web/**/*.test.ts'], environment: 'happy-dom', testTimeout: 20_000 },
      },
      {
        test: {
          ...patient,
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          globalSetup: ['e2e/setup.ts', 'test/postgres-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          // After all others: whole processes and a browser need both cores to themselves.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...patient,
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          globalSetup: ['test/postgres-setup.ts', 'test/chaos/report.ts'],
          // `make chaos` runs storms of many minutes.
          testTimeout: process.env.CHAOS === 'long' ? 900_000 : 180_000,
          hookTimeout: 60_000,
          // Last: what is killed, stopped and cut off here are whole processes.
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
