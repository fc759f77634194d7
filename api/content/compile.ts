import type { FrozenContent } from '../domain/content.ts'
import type { Mail } from '../domain/mail.ts'
import { layoutMarks, type LayoutMark } from './layout/marks.ts'
import { layoutOf } from './layout/layouts.ts'
import type { LayoutSlots } from './layout/layout.ts'
import { contextFor, contextOfEveryone, type MailContext, type Recipient } from './mail-context.ts'
import { mailMaker, type Delivery } from './mail.ts'
import { renderMarkdown } from './markdown.ts'
import { fill, Marks } from './marks.ts'
import { withMarks } from './slots.ts'
import { subjectOf } from './subject.ts'
import { parseTemplate } from './template.ts'
import type { LinkSigner } from './tokens.ts'
import { trackingOf } from './tracking.ts'

export type Preview = { subject: string; html: string; text: string }

export interface CompiledMessage {
  /** One guest's mail. Cheap: its texts are joined when they are asked for. */
  mailFor(delivery: Delivery): Mail
  /** What this guest's mail says, word for word. */
  preview(recipient: Recipient): Preview
}

/** Reads subject, body and layout once, so that each guest's mail is only a join. Once per message and process. */
export async function compileMessage(
  content: FrozenContent,
  { signer, wantsProof }: { signer: LinkSigner; wantsProof?: boolean },
): Promise<CompiledMessage> {
  const marks = new Marks<MailContext>()
  const everyone = contextOfEveryone(content)
  const layout = layoutOf(content.layoutVersion)
  const tracking = trackingOf(content, signer, marks)
  const body = renderMarkdown(withMarks(parseTemplate(content.body), marks), marks, tracking.addressFor)

  const subject = subjectOf(content, marks.cut(withMarks(parseTemplate(content.subject), marks), 'text', everyone))
  setLayout(marks, layout.htmlSlots(content))
  const html = marks.cut(
    tracking.withPicture(await layout.html(content)).replace(layoutMarks.body, () => body.html),
    'html',
    everyone,
  )
  setLayout(marks, layout.textSlots(content))
  const text = marks.cut(
    layout.text(content).replace(layoutMarks.body, () => body.text),
    'text',
    everyone,
  )

  const contextOf = (recipient: Recipient) => contextFor(content, signer, recipient)
  return {
    mailFor: mailMaker({ content, subject, html, text, contextOf: tracking.contextOf(contextOf), wantsProof }),
    preview(recipient) {
      const context = contextOf(recipient)
      return { subject: subject(context), html: fill(html, context), text: fill(text, context) }
    },
  }
}

/** What one guest would get, for a message that may still change. */
export async function renderPreview(
  content: FrozenContent,
  recipient: Recipient,
  options: { signer: LinkSigner },
): Promise<Preview> {
  return (await compileMessage(content, options)).preview(recipient)
}

function setLayout(marks: Marks<MailContext>, slots: LayoutSlots): void {
  for (const [name, slot] of Object.entries(slots)) marks.set(layoutMarks[name as LayoutMark], slot)
}
