import { h } from './dom';

/** A picture in the page: as it is drawn on paper, sharp at every size. */
export const pictureElement = (svg: string, alt: string): HTMLElement =>
  h('img', { class: 'picture', alt, src: `data:image/svg+xml,${encodeURIComponent(svg)}` });
