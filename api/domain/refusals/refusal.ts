/** A way to say no: what is so, and what to do about it, in words that can be shown to a host or guest as they stand. */
export type RefusalKind<Context = void> = {
  key: string
  status: 400 | 403 | 404 | 409 | 412 | 413 | 422
  /** The last part of the problem's `type` URI (RFC 9457 section 3.1.1). Programs rely on it, so it is never renamed. */
  type: string
  title: string
  detail: (context: Context) => string
  /** JSON pointer (RFC 6901) of the field that is to blame, where there is one. */
  field?: (context: Context) => string
  /** What programs are told beside the words: extension members of the problem (RFC 9457 section 3.2). */
  more?: (context: Context) => Readonly<Record<string, string | number>>
}

/** A refusal with its words filled in, ready to be answered. */
export type Refusal = {
  key: string
  status: RefusalKind['status']
  type: string
  title: string
  detail: string
  field?: string
  more?: Readonly<Record<string, string | number>>
}

export type Refused = { kind: 'refused'; refusal: Refusal }

/** What a decision returns when the answer is no. */
export function refused<Context>(kind: RefusalKind<Context>, context: Context): Refused
export function refused(kind: RefusalKind): Refused
export function refused<Context>(kind: RefusalKind<Context>, context?: Context): Refused {
  const { key, status, type, title } = kind
  const detail = kind.detail(context as Context)
  const field = kind.field?.(context as Context)
  const more = kind.more?.(context as Context)
  const refusal = { key, status, type, title, detail, ...(field !== undefined && { field }), ...(more && { more }) }
  return { kind: 'refused', refusal }
}
