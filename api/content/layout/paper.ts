/** The mail's own colours, which no brand changes. Contrast on card: text 12.2 and 11.7, muted 5.3 and 6.5 or more. */
export const paper = {
  light: {
    page: '#f3f4f1',
    card: '#ffffff',
    panel: '#f3f4f1',
    line: '#e3e6e1',
    ink: '#14211c',
    text: '#2b3834',
    muted: '#5b6763',
  },
  dark: {
    page: '#0f1412',
    card: '#19211e',
    panel: '#222b28',
    line: '#2d3733',
    ink: '#eef2ef',
    text: '#d3dbd7',
    muted: '#9faba6',
  },
} as const
