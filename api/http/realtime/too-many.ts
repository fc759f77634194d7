import type { FastifyReply } from 'fastify'
import { streamsPerUserMax } from '../../realtime/register.ts'
import { answer } from '../problem.ts'

/** A closed tab frees its stream at once, a laptop that was shut within a minute. */
const comeBackAfterSeconds = 30

/** 429, with the limit in words and when it is worth coming again. */
export function answerTooManyStreams(reply: FastifyReply): FastifyReply {
  const detail = `At most ${streamsPerUserMax} live views may be open for one account. Close some and try again.`
  return answer(reply.header('retry-after', comeBackAfterSeconds), 'tooMany', { detail })
}
