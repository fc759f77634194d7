import { violated, type Invariant } from './invariant.ts'
import { secretKey } from '../party/secrets.ts'

/** More addresses than this in one line are a list of guests. */
const addressesPerLineMax = 2

export const discreet: Invariant = {
  id: 'I14',
  says: 'Logs hold no secret, no link of a guest and no list of guests.',
  watch({ mirror }) {
    const links = new Set<string>()
    const lines: { process: string; line: string }[] = []
    return {
      onArrival({ mail }) {
        for (const [token] of mail.parts().html.matchAll(/[\w-]{40,}/g)) links.add(token)
      },
      onLog(process, line) {
        lines.push({ process, line })
      },
      atEnd() {
        const addresses = [...new Set([...mirror.guests.values()].flatMap(({ email }) => email ?? []))]
        for (const { process, line } of lines) {
          if (line.includes(secretKey)) violated('I14', `${process} logged the secret key`)
          const link = [...line.matchAll(/[\w-]{40,}/g)].find(([word]) => links.has(word))
          if (link) violated('I14', `${process} logged a guest's link`)
          const named = addresses.filter((address) => line.includes(address)).length
          if (named > addressesPerLineMax) violated('I14', `${process} logged ${named} guests' addresses in one line`)
        }
      },
    }
  },
}
