import { operation } from '../operation.ts'

/** The words of the routes of events, apart so that the routes can be read at a glance. */
export const eventOperations = {
  listEvents: operation('listEvents', 'List the events that you work on'),
  createEvent: operation('createEvent', 'Create an event with its reminders'),
  getEvent: operation('getEvent', 'Read an event'),
  changeEvent: operation(
    'changeEvent',
    'Change an event; its reminders follow',
    'What is left out stays. With `dryRun` nothing is stored, and the answer tells which messages would move. A cancelled event: 409. With `If-Match` of an older version: 412.',
  ),
  deleteEvent: operation(
    'deleteEvent',
    'Delete an event for good',
    'While one of its messages is being sent: 409. With `If-Match` of an older version: 412.',
  ),
  cancelEvent: operation(
    'cancelEvent',
    'Cancel an event',
    'Its messages are cancelled with it, all but notices. Cancelling twice is cancelling once. With `If-Match` of an older version: 412.',
  ),
  duplicateEvent: operation(
    'duplicateEvent',
    'Copy an event, without its guests',
    'Reminders are made anew, and broadcasts come along as drafts without a time.',
  ),
  getEventStats: operation('getEventStats', 'Count how guests have answered'),
}
