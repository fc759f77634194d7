import type { RefusalKind } from './refusal.ts'

/** Only what is on its way can be stopped, and only what was stopped can go on. */
export const messageNotSending: RefusalKind<{ wanted: 'stop' | 'resume' }> = {
  key: 'messageNotSending',
  status: 409,
  type: 'message-not-sending',
  title: 'This message is not on its way',
  detail: ({ wanted }) =>
    wanted === 'stop'
      ? 'There is nothing to stop: it is not being sent at the moment.'
      : 'It was not stopped, or it has ended meanwhile. Load it again.',
}
