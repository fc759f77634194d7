/** Node's and OpenSSL's names for "this will never be a trusted connection, however often you try". */
const distrust = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/

/** Faults that come before the first byte of a request. A connection that breaks later has other names (ECONNRESET, EPIPE). */
const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
])

export const trustAdvice = 'Fix its certificate, or name its authority in NODE_EXTRA_CA_CERTS.'

/** The other side's certificate or protocol version cannot be trusted; nothing was sent. */
export function isDistrust(code: string | undefined): boolean {
  return code !== undefined && distrust.test(code)
}

/** There was no connection, so nothing can have been sent. */
export function isNeverConnected(code: string | undefined): boolean {
  return code !== undefined && neverConnected.has(code)
}

/** Finds the code of the system error below a chain of causes; fetch wraps it once, some libraries twice. */
export function codeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code
  }
  return undefined
}
