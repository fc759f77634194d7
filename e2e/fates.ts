import { setTimeout as sleep } from 'node:timers/promises'
import { resendEvent, signedPost, type SignedPost } from '../test/peers/resend-events.ts'
import type { ResendMail, ResendPeer } from '../test/peers/resend-server.ts'

export const bounceWords = '550 5.1.1 No such user here'

/** Programs that follow links before anybody reads the mail. */
const scanner = 'Mozilla/5.0 (compatible; Barracuda Sentinel)'
const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

type Sum = 'delivered' | 'opened' | 'clicked' | 'clickedMachine' | 'bounced' | 'complained'
export type Fates = Record<Sum, number>

type Fate = { types: string[]; is: Sum[] }

/** What becomes of guest n, in the order in which it is told: often not the order in which it happened. */
function fateOf(n: number): Fate {
  if (n % 25 === 0) return { types: ['email.bounced'], is: ['bounced'] }
  if (n % 100 === 3) return { types: ['email.delivered', 'email.complained'], is: ['delivered', 'complained'] }
  if (n % 5 === 1) {
    return { types: ['email.clicked', 'email.opened', 'email.delivered'], is: ['clicked', 'opened', 'delivered'] }
  }
  if (n % 5 === 2) return { types: ['email.opened', 'email.delivered'], is: ['opened', 'delivered'] }
  if (n % 5 === 4) return { types: ['email.delivered', 'email.clicked'], is: ['delivered', 'clickedMachine'] }
  return { types: ['email.delivered'], is: ['delivered'] }
}

/** Of ten reports one is told again. */
const repeatedEvery = 10

/** What a provider has under way to one webhook at once. */
const postsAtOnce = 8

/** Reports all that becomes of so many guests' mails to a webhook, while they are still being sent. @returns how often each answer was given. */
export async function tellFates(peer: ResendPeer, webhook: string, guests: number, perSecond: number) {
  const answers: Record<number, number> = {}
  const begunAt = Date.now()
  let told = 0
  const post = async ({ body, headers }: SignedPost) => {
    const { status } = await fetch(webhook, { method: 'POST', body, headers })
    answers[status] = (answers[status] ?? 0) + 1
  }
  for (let n = 0; n < guests; n += postsAtOnce) {
    while (peer.count < Math.min(n + postsAtOnce, guests)) await sleep(20)
    const some = peer.mails.slice(n, n + postsAtOnce).flatMap((mail) => reportsOn(mail))
    const again = some.filter((_, index) => (told + index) % repeatedEvery === 0)
    told += some.length
    await Promise.all(some.map(post))
    await Promise.all(again.map(post))
    await sleep(Math.max(0, begunAt + (told / perSecond) * 1000 - Date.now()))
  }
  return answers
}

/** What the figures must come to. */
export function sumOfFates(guests: number): Fates {
  const sum: Fates = { delivered: 0, opened: 0, clicked: 0, clickedMachine: 0, bounced: 0, complained: 0 }
  for (let n = 0; n < guests; n++) for (const each of fateOf(n).is) sum[each]++
  return sum
}

/** A complaint in the provider's words about a guest who has none, signed by somebody else. */
export function forgedComplaint(mail: ResendMail): SignedPost {
  const secret = `whsec_${Buffer.from('a secret of somebody else, who is up to no good').toString('base64')}`
  return signedPost(resendEvent('email.complained', asReported(mail)), { secret })
}

function reportsOn(mail: ResendMail): SignedPost[] {
  const { types, is } = fateOf(numberOf(mail))
  const userAgent = is.includes('clickedMachine') ? scanner : browser
  const click = {
    ipAddress: '203.0.113.7',
    link: 'https://menu.example/',
    timestamp: new Date().toISOString(),
    userAgent,
  }
  const more: Record<string, object> = {
    'email.clicked': { click },
    'email.bounced': { bounce: { type: 'Permanent', subType: 'General', message: bounceWords } },
  }
  return types.map((type) => signedPost(resendEvent(type, asReported(mail), more[type])))
}

/** "guest12@example.com" is 12. */
const numberOf = (mail: ResendMail) => Number(/\d+/.exec(mail.to[0]!)![0])

const asReported = ({ id, to, tags }: ResendMail) => ({
  ...{ id, to },
  tags: Object.fromEntries(tags.map(({ name, value }) => [name, value])),
})
