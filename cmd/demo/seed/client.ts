/** A signed-in person's view of the public HTTP API: JSON, a cookie, and an error that says what was asked and answered. */
export class ApiClient {
  readonly #url: string
  readonly #origin: string
  #cookie = ''

  /** `url` is where the API listens, `origin` the address that browsers know it by. */
  constructor(url: string, origin: string) {
    this.#url = url
    this.#origin = origin
  }

  get<T>(path: string): Promise<T> {
    return this.#ask('GET', path)
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#ask('POST', path, { type: 'application/json', text: JSON.stringify(body) })
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#ask('PATCH', path, { type: 'application/json', text: JSON.stringify(body) })
  }

  postCsv<T>(path: string, text: string): Promise<T> {
    return this.#ask('POST', path, { type: 'text/csv', text })
  }

  async #ask<T>(method: string, path: string, body?: { type: string; text: string }): Promise<T> {
    const reply = await fetch(this.#url + path, {
      method,
      headers: {
        origin: this.#origin,
        cookie: this.#cookie,
        ...(body ? { 'content-type': body.type } : {}),
      },
      body: body?.text,
    })
    const text = await reply.text()
    if (!reply.ok)
      throw new ApiRefusal(`${method} ${path} answered ${reply.status}: ${text.slice(0, 500)}`, reply.status)
    const cookies = reply.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
    if (cookies.length > 0) this.#cookie = cookies.join('; ')
    return (text ? JSON.parse(text) : undefined) as T
  }
}

export class ApiRefusal extends Error {
  readonly status: number

  constructor(message: string, status: number) {
    super(message)
    this.status = status
  }
}
