/** What an operation is called at `/api/docs`. Programs are generated from these names, so they are never renamed. */
type Named = { operationId: string; summary: string; description?: string }

/**
 * The part of a route's schema that is words: its name for programs (a verb and a noun), what it does in a host's words, and what
 * neither of them nor the shapes can say, such as why it may refuse.
 */
export function operation(operationId: string, summary: string, description?: string): Named {
  return { operationId, summary, ...(description !== undefined && { description }) }
}
