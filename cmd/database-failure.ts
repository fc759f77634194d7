type Where = { place: string; database: string; user: string }

/** What PostgreSQL or the network answers most often, and what to do about it. Keyed by error code. */
const known: Record<string, (where: Where) => string> = {
  ECONNREFUSED: ({ place }) =>
    `No PostgreSQL answers at ${place}. Is it running, and is DATABASE_URL right? (It refused the connection.)`,
  ENOTFOUND: ({ place }) => `The host of ${place} is not known. Check the host name in DATABASE_URL.`,
  EAI_AGAIN: ({ place }) => `The host of ${place} can't be looked up now. Check the host name in DATABASE_URL.`,
  ETIMEDOUT: ({ place }) => `PostgreSQL at ${place} did not answer in time. Check the host, the port and the firewall.`,
  '28P01': ({ user }) => `PostgreSQL refused the password of "${user}". Check DATABASE_URL.`,
  '28000': ({ user, place }) => `PostgreSQL at ${place} does not let "${user}" in. Check pg_hba.conf and DATABASE_URL.`,
  '3D000': ({ database }) => `The database "${database}" does not exist. Create it first: createdb ${database}`,
  '42501': ({ user, database }) =>
    `"${user}" may not change the database "${database}". Give it the right to create there.`,
}

/** One line for the operator, never with the password of the address; undefined when it is no trouble that is known by its code. */
export function databaseFailure(error: unknown, url: string): string | undefined {
  return known[String(firstCause(error).code)]?.(placeOf(url))
}

/** A host with two addresses fails with an AggregateError, whose first error says it all. */
export function firstCause(error: unknown): { code?: unknown; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return firstCause(error.errors[0])
  if (error instanceof Error) return error
  return { message: String(error) }
}

function placeOf(url: string): Where {
  const { hostname, port, pathname, username } = new URL(url)
  return {
    place: `${hostname}:${port || '5432'}`,
    database: decodeURIComponent(pathname.slice(1)),
    user: decodeURIComponent(username),
  }
}
