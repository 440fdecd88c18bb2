// Small pictures drawn here: a machine without an emoji font would show boxes.
const SVG = 'http://www.w3.org/2000/svg';
const LINE = { fill: 'none', stroke: 'currentColor', 'stroke-width': 1.8, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' };
const DRAWN = { // lines in a square of 24
  photo: 'M3 5h18v14H3z M3 16l5-5 4 4 3-3 6 5 M15.5 9.5a1 1 0 1 0 .1 0',
  file: 'M6 3h8l4 4v14H6z M14 3v4h4 M9 12h6 M9 16h6',
  place: 'M12 21c-4-5-6-8-6-11a6 6 0 0 1 12 0c0 3-2 6-6 11z M12 8a2 2 0 1 0 .1 0',
  talk: 'M4 5h16v11h-8l-4 4v-4H4z',
  eye: 'M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z M12 9a3 3 0 1 0 .1 0',
  play: 'M4 5h16v14H4z M10 9l5 3-5 3z',
  voice: 'M9 4h6v9H9z M6 11c0 4 2 6 6 6s6-2 6-6 M12 17v4',
};
const STICKERS = [ // a face in a square of 24: its colour, its mouth
  ['#ffd54a', 'M8 14c2 3 6 3 8 0'], ['#8ecae6', 'M9 15h6'], ['#a7d98b', 'M7.5 13.5c2 4.5 7 4.5 9 0z'], ['#f7a8b8', 'M12 13a2 2 0 1 0 .1 0'],
];

function drawn(tag, props, ...inside) {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, value);
  node.append(...inside);
  return node;
}
export const icon = (name) => drawn('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' }, drawn('path', { d: DRAWN[name], ...LINE }));
export function sticker(number) {
  const [color, mouth] = STICKERS[number % STICKERS.length || 0];
  const eye = (x) => drawn('circle', { cx: x, cy: 10, r: 1.3 });
  return drawn('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' },
    drawn('circle', { cx: 12, cy: 12, r: 10.5, fill: color }), eye(8.5), eye(15.5), drawn('path', { d: mouth, ...LINE }));
}
export function drawIcons() {
  for (const place of document.querySelectorAll('[data-icon]')) place.append(place.dataset.icon === 'sticker' ? sticker(0) : icon(place.dataset.icon));
}
