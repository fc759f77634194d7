export type FieldError = { field: string; message: string }

type ProblemParts = {
  type: string
  status: number
  title: string
  detail?: string
  errors?: FieldError[]
  code?: string
  retryAfterMs?: number
}

/** Every way in which a call can fail, in the server's words where it gave some. Status 0: nobody answered. */
export class ApiProblem extends Error {
  readonly type: string
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly errors: readonly FieldError[]
  /** Sign-in speaks in codes; `session/words.ts` knows them. */
  readonly code: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(parts: ProblemParts, options?: ErrorOptions) {
    super(parts.detail ?? parts.title, options)
    this.name = 'ApiProblem'
    this.type = parts.type
    this.status = parts.status
    this.title = parts.title
    this.detail = parts.detail
    this.errors = parts.errors ?? []
    this.code = parts.code
    this.retryAfterMs = parts.retryAfterMs
  }

  /** What is wrong with one field. The server names fields by JSON pointer ("/localStart") or by name. */
  about(field: string): string | undefined {
    return this.errors.find((error) => error.field.replace(/^\//, '') === field)?.message
  }

  /** Worth trying again as it is: the network, the server, or too many at once. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

export function unreachable(online: boolean, cause: unknown): ApiProblem {
  return online
    ? new ApiProblem(
        {
          type: 'unreachable',
          status: 0,
          title: 'The server does not answer. Nothing was lost; try again in a moment.',
        },
        { cause },
      )
    : new ApiProblem({ type: 'offline', status: 0, title: 'You are offline. What you typed is kept here.' }, { cause })
}

/** Reads problem+json, the sign-in library's `{ code, message }`, or whatever a proxy in between made up. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const body: Record<string, unknown> = await response.json().catch(() => ({}))
  const retryAfter = Number(response.headers.get('retry-after'))
  return new ApiProblem({
    type: text(body.type) ?? 'about:blank',
    status: response.status,
    title: text(body.title) ?? text(body.message) ?? wordsOf(response.status),
    detail: text(body.detail),
    errors: Array.isArray(body.errors) ? (body.errors as FieldError[]) : [],
    code: text(body.code),
    retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : undefined,
  })
}

/** Anything thrown, as a problem: a component shows one kind of failure only. */
export function asProblem(failure: unknown): ApiProblem {
  if (failure instanceof ApiProblem) return failure
  return new ApiProblem(
    { type: 'unexpected', status: 0, title: 'Something here went wrong. Load the page again.' },
    { cause: failure },
  )
}

const words: Record<number, string> = {
  401: 'Sign in to go on.',
  403: 'You may look at this, but not change it.',
  404: 'This is not here, or not yours to see.',
  409: 'This has changed meanwhile. Load it again.',
  412: 'Someone else changed this meanwhile. Load it again to see both.',
  413: 'This is too large.',
  429: 'That was a lot at once. Wait a moment, then try again.',
}

function wordsOf(status: number): string {
  return (
    words[status] ??
    (status >= 500 ? 'The server had a problem. Nothing was lost; try again in a moment.' : 'That did not work.')
  )
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
