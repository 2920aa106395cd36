import type { Theme } from './theme';

/** Black on white: what is printed, and pictures that stand in documents. Series keep 4.5 : 1 to the paper. */
export const paperTheme: Theme = {
  background: '#ffffff',
  foreground: '#000000',
  faint: '#595959',
  lines: '#404040',
  focus: '#005fb8',
  series: ['#0063d3', '#b5540a', '#2f7d2b', '#652d90', '#c72e0f', '#895503'],
  limit: '#c72e0f',
  chosen: '#000000',
  fontFamily: 'Helvetica, Arial, sans-serif',
  fontSize: 13,
  highContrast: false,
  reducedMotion: true,
};
