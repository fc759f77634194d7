import { findOperatorMessage, type OperatorMessage } from '../../api/storage/operator-messages.ts'
import { misunderstood, refused, type Answer, type Call } from './command.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export function isId(text: string): boolean {
  return uuid.test(text)
}

/** Runs `act` on the message that the first word names. What is no id, or none of a message, is told so. */
export async function onMessage(
  { db, words }: Pick<Call, 'db' | 'words'>,
  act: (message: OperatorMessage) => Promise<Answer>,
): Promise<Answer> {
  const [messageId = ''] = words
  if (!isId(messageId)) return misunderstood(`"${messageId}" is not an id of a message. List them: tidings messages`)
  const message = await findOperatorMessage(db, messageId)
  return message ? act(message) : refused(`There is no message ${messageId}. List them: tidings messages`)
}
