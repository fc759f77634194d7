/**
 * What differs from message to message in the layout, which is compiled once per process. Each is one private-use character
 * in the MJML and in the plain text (see `../marks.ts`).
 */
export const layoutMarks = {
  title: '\uE000',
  preheader: '\uE001',
  body: '\uE002',
  when: '\uE003',
  where: '\uE004',
  answer: '\uE005',
  members: '\uE006',
  buttonLabel: '\uE007',
  rsvp: '\uE008',
  why: '\uE009',
  preferences: '\uE00A',
  unsubscribe: '\uE00B',
  signature: '\uE00C',
  // Colours: light, then dark.
  band: '\uE010',
  button: '\uE011',
  onButton: '\uE012',
  link: '\uE013',
  line: '\uE014',
  darkButton: '\uE019',
  darkOnButton: '\uE01A',
  darkLink: '\uE01B',
} as const

export type LayoutMark = keyof typeof layoutMarks
