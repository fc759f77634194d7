import type { FrozenContent } from '../../domain/content.ts'
import type { MailContext } from '../mail-context.ts'
import type { Slot } from '../marks.ts'
import type { LayoutMark } from './marks.ts'

export type LayoutSlots = Partial<Record<LayoutMark, Slot<MailContext>>>

/** What stands around every body. One version never changes once mails have gone out in it. */
export interface Layout {
  /** With marks; compiled when first asked for. */
  html(content: FrozenContent): Promise<string>
  htmlSlots(content: FrozenContent): LayoutSlots
  text(content: FrozenContent): string
  textSlots(content: FrozenContent): LayoutSlots
}

/** A slot whose value is known when the message is compiled. */
export function fixed(value: string, kind: 'text' | 'markup' = 'text'): Slot<MailContext> {
  return { kind, perGuest: false, value: () => value }
}

/** A slot that is written anew for each guest. */
export function perGuest(kind: Slot<MailContext>['kind'], value: (context: MailContext) => string): Slot<MailContext> {
  return { kind, perGuest: true, value }
}
