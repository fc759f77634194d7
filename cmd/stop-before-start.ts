import { ConfigurationError } from '../api/providers/provider.ts'

/** A process that cannot run says why in plain lines and ends; only what nobody foresaw shows a stack. */
export function stopBeforeStart(error: unknown): never {
  console.error(error instanceof ConfigurationError ? error.message : error)
  process.exit(1)
}
