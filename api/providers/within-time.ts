/**
 * One deadline for all of a call, for libraries whose own ends with the headers. The signal is raised in the end either way.
 * @throws Error when the time is over.
 */
export async function withinTime<T>(limitMs: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${limitMs} ms.`)), limitMs)
  })
  try {
    return await Promise.race([call(stop.signal), late])
  } finally {
    clearTimeout(timer)
    stop.abort()
  }
}
