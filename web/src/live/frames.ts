/** What a frame says. A bad one says nothing: the next one will do. Some proxies leave the stream's own prefix in. */
export function readFrame(data: string): Record<string, unknown> | undefined {
  try {
    const frame: unknown = JSON.parse(data.replace(/^(data:\s*)+/, ''))
    return typeof frame === 'object' && frame !== null ? (frame as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
