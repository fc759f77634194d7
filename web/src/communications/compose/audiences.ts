import type { RsvpStats } from '../../../../api/contract/event.ts'
import type { Audience } from '../../../../api/contract/lists.ts'

/** How many guests have these answers; from the event's own numbers, which arrive live. */
export function sizeOf({ statuses }: Audience, stats: RsvpStats): number {
  const answers = ['attending', 'maybe', 'declined', 'pending'] as const
  return answers.reduce((sum, answer) => sum + (statuses.includes(answer) ? stats[answer] : 0), 0)
}

/** An audience that contains the others excludes them: "everyone and attending" would only be everyone. */
export function pressAudience(chosen: readonly string[], pressed: Audience, all: readonly Audience[]): string[] {
  if (chosen.includes(pressed.key)) return chosen.filter((key) => key !== pressed.key)
  const stays = (key: string) => {
    const other = all.find((one) => one.key === key)
    return other !== undefined && !contains(pressed, other) && !contains(other, pressed)
  }
  const kept = chosen.filter(stays)
  return all.flatMap(({ key }) => (key === pressed.key || kept.includes(key) ? key : []))
}

function contains(whole: Audience, part: Audience): boolean {
  return part.statuses.every((status) => whole.statuses.includes(status))
}
