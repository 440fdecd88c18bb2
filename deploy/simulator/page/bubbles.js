// What stands in the talk: one bubble for each kind of LINE's messages.
import { h, world } from './dom.js';
import { flex } from './flex.js';
import { icon, sticker } from './icons.js';
import { phone, tap } from './phone.js';
import { picture } from './pictures.js';

const words = (...inside) => h('div', { className: 'bubble words' }, ...inside);
export function bubble(m) {
  const draw = KINDS[m.message.type] || ((message) => words(`[${message.type}]`));
  return draw(m.message, m);
}
const KINDS = {
  text: (t) => words(withEmojis(t)),
  textV2: (t) => words(filled(t)),
  unsent: () => h('div', { className: 'bubble gone' }, 'メッセージの送信を取り消しました'),
  image: (i, m) => h('div', { className: 'bubble bare' }, m.from === 'citizen'
    ? h('img', { src: `/sim/content/${encodeURIComponent(m.id)}`, alt: '送った写真' }) : picture(i.previewImageUrl, '届いた写真')),
  sticker: (s) => h('div', { className: 'bubble bare stamp', role: 'img', 'aria-label': s.text || 'スタンプ' }, sticker(Number(s.stickerId)), s.text && h('span', { className: 'on-it' }, s.text)),
  location: (l) => words(h('div', { className: 'place' }, h('span', {}, icon('place')), h('div', {}, l.title || '位置情報', h('small', {}, l.address || '')))),
  file: (f) => words(h('div', { className: 'doc' }, h('span', {}, icon('file')), h('div', {}, f.fileName, h('small', {}, `${f.fileSize} バイト`)))),
  video: () => words(icon('play'), ' 動画'),
  audio: () => words(icon('voice'), ' ボイスメッセージ'),
  template: (t) => template(t.template, t.altText),
  imagemap,
  flex: (f) => flex(f.contents, f.altText),
};

// words
function linked(said) { // addresses in a text can be opened, as on LINE
  return said.split(/(https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+)/).map((part, i) => (i % 2 ? h('a', { href: part, target: '_blank', rel: 'noopener noreferrer' }, part) : part));
}
const emoji = (id) => h('span', { className: 'emoji', role: 'img', 'aria-label': 'LINE絵文字' }, sticker(Number(id)));
function withEmojis(t) { // each stands in the place of a $, counted in UTF-16 as JavaScript does
  const out = []; let from = 0;
  for (const e of [...(t.emojis || [])].sort((a, b) => a.index - b.index)) {
    out.push(linked(t.text.slice(from, e.index)), emoji(e.emojiId)); from = e.index + 1;
  }
  return [...out, linked(t.text.slice(from))].flat();
}
function filled(t) { // what {this} means is put in; doubled braces are braces
  const put = { mention: (s) => h('span', { className: 'mention' }, `@${named(s.mentionee)}`), emoji: (s) => emoji(s.emojiId) };
  return t.text.split(/(\{\{|\}\}|\{\w+\})/).flatMap((part, i) => {
    if (i % 2 === 0) return linked(part);
    if (part === '{{' || part === '}}') return part[0];
    const s = t.substitution?.[part.slice(1, -1)];
    return s ? put[s.type](s) : part;
  });
}
const named = (who) => (who.type === 'all' ? 'All' : [phone, ...world.citizens].find((p) => p.id === who.userId)?.name ?? who.userId);

// templates
const touched = (node, action) => { if (action) { node.classList.add('tappable'); node.addEventListener('click', () => tap(action)); } return node; };
function template(t, alt) {
  const each = (draw) => h('div', { className: 'carousel' }, t.columns.map(draw));
  if (t.type === 'carousel') return each((c) => card({ imageAspectRatio: t.imageAspectRatio, imageSize: t.imageSize, ...c }, alt));
  if (t.type === 'image_carousel') return each((c) => touchedPicture(c, alt));
  return card(t, alt);
}
function card(t, alt) {
  const look = `fx-picture ${t.imageSize === 'contain' ? 'fit' : 'cover'}`, style = { aspectRatio: t.imageAspectRatio === 'square' ? '1' : '1.51', background: t.imageBackgroundColor || '#fff' };
  const head = h('div', {}, t.thumbnailImageUrl && h('div', { className: look, style }, picture(t.thumbnailImageUrl, t.title || alt)), h('div', { className: 'tpl' }, t.title && h('b', {}, t.title), t.text));
  return h('div', { className: 'bubble card' }, touched(head, t.defaultAction), h('div', { className: 'tpl-buttons' }, t.actions.map((a) => h('button', { on: { click: () => tap(a) } }, a.label))));
}
function touchedPicture(c, alt) {
  const label = c.action.label;
  return h('button', { className: 'bubble bare column', 'aria-label': label || alt, on: { click: () => tap(c.action) } }, h('span', { className: 'fx-picture cover' }, picture(c.imageUrl, label || alt)), label && h('span', { className: 'on-it' }, label));
}

// an imagemap: one picture, with places to tap
function imagemap(m) {
  const { width, height } = m.baseSize, share = (part, whole) => `${(100 * part) / whole}%`;
  const at = (a) => ({ left: share(a.x, width), top: share(a.y, height), width: share(a.width, width), height: share(a.height, height) });
  const spot = (a) => { const says = a.label || a.text || a.linkUri || 'コピー'; return h('button', { className: 'spot', title: says, 'aria-label': says, style: at(a.area), on: { click: () => tap(a) } }); };
  const film = m.video && h('div', { className: 'film', style: at(m.video.area) }, picture(m.video.previewImageUrl, '動画'), h('span', { className: 'play' }, icon('play')));
  return h('div', { className: 'bubble bare imagemap', style: { aspectRatio: `${width} / ${height}` } }, picture(`${m.baseUrl}/1040`, m.altText), film, m.actions.map(spot));
}
