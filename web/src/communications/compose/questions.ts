import { guests } from '../words.ts'

/** Above this many guests, a send asks for the number itself. */
export const manyGuests = 500

/** What is asked before mails leave at once: what will happen, in numbers and words. */
export function sendQuestion(about: { label: string; count: number; audience: string; reminder: boolean }) {
  if (about.count === 0) {
    return {
      title: 'Nobody would receive this',
      text: `Of ${about.audience}, nobody can be reached right now. If you send it, it is done, and guests who come later do not get it.`,
    }
  }
  const untied = about.reminder ? ' It leaves now and not on its day.' : ''
  return {
    title: `Send “${about.label}” to ${guests(about.count)} now?`,
    text: `It goes to ${about.audience}.${untied} For some seconds you can still take it back.`,
  }
}

/** What is asked before something is scheduled that nobody would get. */
export const scheduleForNobody = {
  title: 'Nobody would receive this right now',
  text: 'The audience is looked up again when it leaves: guests who belong to it by then will get it.',
}
