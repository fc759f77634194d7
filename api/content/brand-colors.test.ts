import fc from 'fast-check'
import { expect, test } from 'vitest'
import { brandColors, grounds } from './brand-colors.ts'
import { contrast, toHex, toOklch } from './oklch.ts'

const anyColor = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)

test('whatever a host picks, button and links can be read in both themes', () => {
  fc.assert(
    fc.property(anyColor, (picked) => {
      const colors = brandColors(picked)

      for (const theme of ['light', 'dark'] as const) {
        const { button, onButton, link } = colors[theme]
        expect(contrast(button, onButton)).toBeGreaterThanOrEqual(4.5)
        for (const ground of grounds[theme]) {
          expect(contrast(button, ground)).toBeGreaterThanOrEqual(3)
          expect(contrast(link, ground)).toBeGreaterThanOrEqual(4.5)
        }
      }
      expect(colors.moved).toBe(colors.light.button !== picked)
    }),
    { numRuns: 3_000 },
  )
})

test('a colour that can be read stays as it was picked', () => {
  expect(brandColors('#1F5A46')).toMatchObject({ moved: false, light: { button: '#1f5a46', onButton: '#ffffff' } })
})

test('a pale yellow is darkened and stays a yellow', () => {
  const { light, moved } = brandColors('#ffee88')

  expect(moved).toBe(true)
  expect(Math.abs(toOklch(light.button).h - toOklch('#ffee88').h)).toBeLessThan(3)
})

test.each(['', 'red', '#fff', '#12345g', 'url(x)', '#1f5a46;color:red'])(
  '%j is no colour, so ours is used',
  (picked) => {
    expect(brandColors(picked).light).toEqual(brandColors().light)
  },
)

test('a colour comes back from OKLCH as it was', () => {
  fc.assert(
    fc.property(anyColor, (hex) => {
      expect(toHex(toOklch(hex))).toBe(hex)
    }),
    { numRuns: 2_000 },
  )
})

test('contrast is that of WCAG', () => {
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21)
  expect(contrast('#1f5a46', '#ffffff')).toBeCloseTo(8.05, 1)
})
