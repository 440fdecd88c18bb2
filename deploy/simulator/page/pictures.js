// Pictures that a message names: had from the hub by way of the simulator. Nobody else is asked for anything.
import { h, parsed, world } from './dom.js';
import { icon } from './icons.js';

const ours = (url) => [world.hub, world.public, world.url].some((own) => parsed(own).host === parsed(url)?.host);
export function picture(url, alt, instead = () => frame(alt)) {
  if (!ours(url)) return instead();
  const img = h('img', { src: `/sim/picture?url=${encodeURIComponent(url)}`, alt, on: { error: () => img.replaceWith(instead()) } });
  return img;
}
const frame = (alt) => h('span', { className: 'fx-image', role: 'img', 'aria-label': alt }, icon('photo'), h('small', {}, alt));
