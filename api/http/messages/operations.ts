import { operation } from '../operation.ts'

/** The words of the routes of messages, apart so that the routes can be read at a glance. */
export const messageOperations = {
  listMessages: operation('listMessages', 'List the messages of an event'),
  createMessage: operation(
    'createMessage',
    'Write a message, and schedule or send it',
    'Words or times that do not do are a 422 that names the field; a cancelled event, or a draft when the message is to leave now, a 409.',
  ),
  getMessage: operation('getMessage', 'Read a message'),
  changeMessage: operation(
    'changeMessage',
    'Change a message that has not gone out',
    'What is left out stays. One that has gone out: 409. With `If-Match` of an older version: 412.',
  ),
  sendMessageNow: operation(
    'sendMessageNow',
    'Send a message now',
    'It leaves when the time to take it back is over. An event that is a draft or cancelled: 409. With `If-Match` of an older version: 412.',
  ),
  stopMessage: operation(
    'stopMessage',
    'Stop a message that is being sent',
    'It is held and can go on; with `discard` whatever has not left never does. One that is not being sent: 409.',
  ),
  resumeMessage: operation('resumeMessage', 'Let a stopped message go on', 'One that is not held: 409.'),
  retryFailed: operation('retryFailed', 'Try again whom a message did not reach', 'When nobody is left to try: 409.'),
  resolveUnknown: operation(
    'resolveUnknown',
    'Decide about mails whose outcome is unknown',
    'With `resend`, when it is unknown of nobody: 409.',
  ),
  cancelMessage: operation(
    'cancelMessage',
    'Cancel a message that has not gone out',
    'One that has gone out: 409. With `If-Match` of an older version: 412.',
  ),
}
