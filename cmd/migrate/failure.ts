import { databaseFailure, firstCause } from '../database-failure.ts'

/** One line for the operator, never with the password of the address. */
export function failureInWords(error: unknown, url: string): string {
  const words = databaseFailure(error, url)
  if (words) return words
  return `The migration failed: ${firstCause(error).message}. Its transaction was rolled back; the migrations before it stay.`
}
