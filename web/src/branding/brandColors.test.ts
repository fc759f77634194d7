import { expect, test } from 'vitest'
import { brandColors as serversColors } from '../../../api/content/brand-colors.ts'
import { brandColors } from './brandColors.ts'

test('the preview shows the colours that mails and guest pages will have', () => {
  const picks = Array.from(
    { length: 400 },
    (_, index) => `#${((index * 41_957) % 0xffffff).toString(16).padStart(6, '0')}`,
  )

  for (const picked of [...picks, '#ffee88', '#000000', '#ffffff']) {
    expect(brandColors(picked)).toEqual(serversColors(picked))
  }
})
