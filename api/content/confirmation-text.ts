/**
 * What a guest is mailed after answering. The layout says what was answered and carries the button; the reminders' words stand
 * with their rules in `domain/reminders`.
 */
export const confirmationText = {
  subject: 'Your answer for {{event_name}}',
  body: `Hello {{guest_name|there}},

thank you for your answer. It is noted below, and you can change it at any time.`,
} as const
