import { skipReasons, type DeliveryState } from './delivery.ts'

/** What a delivery's row tells, as far as people read it. */
export type DeliveryHistory = {
  state: DeliveryState
  attempt: number
  reason: string | null
  bounceText: string | null
  wiredAt: Date | null
  acceptedAt: Date | null
  failedAt: Date | null
  unknownAt: Date | null
  leftAt: Date | null
  deliveredAt: Date | null
  openedAt: Date | null
  clickedAt: Date | null
  /** How often in all, where we have counted it ourselves. */
  openHits: number | null
  clickHits: number | null
  openedMachineAt: Date | null
  clickedMachineAt: Date | null
  /** Of whichever of the two came first. */
  machineReason: string | null
  bouncedAt: Date | null
  complainedAt: Date | null
  unsubscribedAt: Date | null
}

/** Why it stands where it stands, in a sentence; null where there is nothing to explain. */
export function reasonInWords({ state, reason, bouncedAt, bounceText }: DeliveryHistory): string | null {
  if (bouncedAt) return bounceText ?? 'The mailbox refused it after it was sent.'
  if (state === 'cancelled') return 'Stopped before it was sent.'
  if (reason === null) return null
  return isSkipReason(reason) ? skipReasons[reason] : reason
}

/** What happened, oldest first. Equal instants keep the order in which such things happen. */
export function timelineOf(row: DeliveryHistory): { at: Date; text: string }[] {
  return moments
    .flatMap(({ column, tell }) => {
      const at = row[column]
      return at ? [{ at, text: tell(row) }] : []
    })
    .sort((a, b) => a.at.getTime() - b.at.getTime())
}

type Moment = {
  column: { [K in keyof DeliveryHistory]: DeliveryHistory[K] extends Date | null ? K : never }[keyof DeliveryHistory]
  tell: (row: DeliveryHistory) => string
}

const moments: readonly Moment[] = [
  {
    column: 'wiredAt',
    tell: ({ attempt }) => (attempt > 1 ? `Handed over, attempt ${attempt}` : 'Handed over to the mail provider'),
  },
  { column: 'unknownAt', tell: () => 'The answer was lost: it may have been sent or not' },
  { column: 'leftAt', tell: () => 'Left as it is by a host' },
  { column: 'acceptedAt', tell: () => 'Sent: the mail provider has taken it' },
  { column: 'failedAt', tell: ({ reason }) => (reason ? `Failed: ${reason}` : 'Failed') },
  { column: 'deliveredAt', tell: () => 'Delivered to the mailbox' },
  { column: 'openedAt', tell: ({ openHits }) => `Opened${inAll(openHits)}` },
  { column: 'clickedAt', tell: ({ clickHits }) => `Clicked a link${inAll(clickHits)}` },
  {
    column: 'openedMachineAt',
    tell: (row) => `Opened by a machine${because(row, row.openedMachineAt, row.clickedMachineAt)}`,
  },
  {
    column: 'clickedMachineAt',
    tell: (row) => `A machine followed a link${because(row, row.clickedMachineAt, row.openedMachineAt)}`,
  },
  { column: 'bouncedAt', tell: ({ bounceText }) => (bounceText ? `Bounced: ${bounceText}` : 'Bounced') },
  { column: 'unsubscribedAt', tell: () => 'Unsubscribed' },
  { column: 'complainedAt', tell: () => 'Reported as spam' },
]

/** The instant is that of the first time. */
function inAll(hits: number | null): string {
  return hits !== null && hits > 1 ? ` (${hits} times in all)` : ''
}

/** Only the first machine's reason is kept. */
function because({ machineReason }: DeliveryHistory, at: Date | null, other: Date | null): string {
  const isFirst = at !== null && (other === null || at <= other)
  return machineReason !== null && isFirst ? `: ${machineReason}` : ''
}

function isSkipReason(reason: string): reason is keyof typeof skipReasons {
  return Object.hasOwn(skipReasons, reason)
}
