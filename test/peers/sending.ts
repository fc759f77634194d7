import type { Mail } from '../../api/domain/mail.ts'
import type { SendResult } from '../../api/domain/send-result.ts'
import type { Line, Transport } from '../../api/providers/provider.ts'
import { someMail } from './some-mail.ts'

export async function lineOf(transport: Transport): Promise<Line> {
  const line = await transport.line()
  if (line.kind === 'noLine') throw new Error(`no line: ${line.result.reason}`)
  return line
}

/** Takes a line, sends one mail and gives the line back; without a line the reason for that is the result. */
export async function sendOne(transport: Transport, mail: Mail = someMail()): Promise<SendResult | undefined> {
  const line = await transport.line()
  if (line.kind === 'noLine') return line.result
  try {
    const [result] = await line.send([mail])
    return result
  } finally {
    line.release()
  }
}
