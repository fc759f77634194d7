import { pipeline, Readable, Transform } from 'node:stream'
import type { SESClient } from '@aws-sdk/client-ses'
import type { SesConfig } from './ses-config.ts'

/** Amazon's library and a client of it. */
export type Library = { client: SESClient; commands: typeof import('@aws-sdk/client-ses') }

/** Takes a third of a second, which no process that uses another provider should pay. */
export async function loadLibrary(config: SesConfig): Promise<Library> {
  const commands = await import('@aws-sdk/client-ses')
  const client = new commands.SESClient({
    region: config.region,
    ...(config.endpoint && { endpoint: config.endpoint }),
    credentials: { accessKeyId: config.accessKeyId, secretAccessKey: config.secretAccessKey },
    // The library repeats a call whose answer was lost, which for SES is a second mail.
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: config.timeoutMs,
      requestTimeout: config.timeoutMs,
      throwOnRequestTimeout: true,
    },
  })
  capAnswers(client)
  return { client, commands }
}

/** The answer to a mail is half a kilobyte of XML. A body beyond this is not an answer from SES. */
const answerLengthMax = 512 * 1024

/** The library reads an answer whatever its length; below it, one without end is cut and becomes an error like any lost answer. */
function capAnswers(client: SESClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const output = await next(args)
      const { response } = output as { response?: { body?: unknown } }
      if (response?.body instanceof Readable) response.body = cut(response.body)
      return output
    },
    // "low" stands between the wire and the library's own reading of the answer.
    { step: 'deserialize', priority: 'low', name: 'capAnswers' },
  )
}

function cut(body: Readable): Readable {
  let length = 0
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length
      done(length > answerLengthMax ? new Error('The answer has no end.') : null, chunk)
    },
  })
  return pipeline(body, meter, () => undefined)
}
