// Flex: the part of LINE's layout that cards use. `alt` is the message's alternative text, for pictures that aren't to be had.
import { h } from './dom.js';
import { icon } from './icons.js';
import { tap } from './phone.js';
import { picture } from './pictures.js';

const SPACE = { none: '0', xs: '2px', sm: '4px', md: '8px', lg: '12px', xl: '16px', xxl: '20px' };
const SIZE = { xxs: '10px', xs: '12px', sm: '13px', md: '15px', lg: '17px', xl: '20px', xxl: '25px', '3xl': '30px', '4xl': '36px', '5xl': '44px' };
const PLACE = { start: 'flex-start', end: 'flex-end', center: 'center', top: 'flex-start', bottom: 'flex-end' };
const space = (v) => SPACE[v] ?? (/^\d+(\.\d+)?(px|%)$/.test(v || '') ? v : undefined);
export function flex(c, alt) {
  if (c.type === 'carousel') return h('div', { className: 'carousel' }, c.contents.map((b) => flexBubble(b, alt)));
  return flexBubble(c, alt);
}
function flexBubble(b, alt) {
  const card = h('div', { className: 'bubble card' });
  const pads = { header: '16px 18px', hero: '0', body: '16px 18px', footer: '10px 12px' };
  for (const part of ['header', 'hero', 'body', 'footer']) {
    if (!b[part]) continue;
    const box = flexPart(b[part], 'vertical', alt);
    if (b[part].type === 'box' && !b[part].paddingAll) box.style.padding = pads[part];
    const look = b.styles?.[part];
    if (part === 'body' && b.header && !b.body.paddingAll && !b.styles?.header) box.style.paddingTop = '2px';
    if (look?.backgroundColor) box.style.background = look.backgroundColor;
    if (look?.separator) box.style.borderTop = `1px solid ${look.separatorColor || '#d9dce1'}`;
    card.append(box);
  }
  if (b.action) card.addEventListener('click', () => tap(b.action));
  return card;
}
function flexPart(p, within, alt) {
  const node = (FLEX[p.type] || (() => h('div')))(p, alt);
  const s = node.style;
  if (p.margin) s[within === 'vertical' ? 'marginTop' : 'marginLeft'] = space(p.margin);
  const grows = p.flex ?? (within !== 'vertical' && ['text', 'box', 'button', 'image'].includes(p.type) ? 1 : undefined);
  if (grows !== undefined) s.flex = grows ? `${grows} 1 0` : '0 0 auto';
  if (p.action && p.type !== 'button') {
    Object.assign(node, { tabIndex: 0 }); node.setAttribute('role', 'button'); s.cursor = 'pointer';
    node.addEventListener('click', (e) => { e.stopPropagation(); tap(p.action); });
    node.addEventListener('keydown', (e) => { if (e.key === 'Enter') tap(p.action); });
  }
  return node;
}
const WIDTH = { xxs: '40px', xs: '60px', sm: '80px', md: '100px', lg: '120px', xl: '140px', xxl: '160px', '3xl': '180px', '4xl': '200px', '5xl': '220px', full: '100%' };
const ratio = (p) => (p.aspectRatio || '1:1').replace(':', ' / ');
function shown(p, alt) { // a picture at its size and ratio, within what its box leaves it
  const inner = h('div', { className: `fx-picture ${p.aspectMode || 'fit'}`, style: { width: WIDTH[p.size] || space(p.size), aspectRatio: ratio(p), background: p.backgroundColor || '' } }, picture(p.url, alt));
  return h('div', { className: 'fx-shown', style: { justifyContent: PLACE[p.align] || 'center', alignSelf: p.gravity ? PLACE[p.gravity] : '' } }, inner);
}
const FLEX = {
  box(p, alt) {
    const node = h('div', { className: `fx-box fx-${p.layout}` }), s = node.style;
    for (const [i, child] of (p.contents || []).entries()) {
      const made = flexPart(child, p.layout, alt);
      if (i && p.spacing && !child.margin) made.style[p.layout === 'vertical' ? 'marginTop' : 'marginLeft'] = space(p.spacing);
      node.append(made);
    }
    for (const side of ['All', 'Top', 'Bottom', 'Start', 'End']) {
      const value = space(p[`padding${side}`]);
      if (value) s[side === 'All' ? 'padding' : `padding${{ Start: 'Left', End: 'Right' }[side] || side}`] = value;
    }
    if (p.backgroundColor) s.background = p.backgroundColor;
    if (p.borderColor || p.borderWidth) s.border = `${space(p.borderWidth) || '1px'} solid ${p.borderColor || '#ccc'}`;
    if (p.cornerRadius) s.borderRadius = space(p.cornerRadius);
    for (const key of ['width', 'height', 'maxWidth', 'maxHeight']) if (space(p[key])) s[key] = space(p[key]);
    if (p.justifyContent) s.justifyContent = p.justifyContent;
    if (p.alignItems) s.alignItems = p.alignItems;
    return node;
  },
  text(p) {
    const inside = p.contents?.length ? p.contents.map((span) => styled(h('span', {}, span.text || ''), span)) : [p.text];
    const node = styled(h('div', { className: `fx-text${p.wrap ? ' wrap' : ''}` }, inside), p);
    if (p.gravity) node.style.alignSelf = PLACE[p.gravity];
    return node;
  },
  button(p) {
    const node = h('button', { className: `fx-button ${p.style || 'link'} ${p.height || 'md'}`, on: { click: (e) => { e.stopPropagation(); tap(p.action); } } }, p.action.label);
    if (p.color) node.style[p.style === 'link' || !p.style ? 'color' : 'background'] = p.color;
    return node;
  },
  separator: (p) => h('div', { className: 'fx-sep', style: p.color ? { background: p.color } : {} }),
  filler: () => h('div', { style: { flex: '1' } }),
  image: (p, alt) => shown({ size: 'md', ...p }, p.action?.label || alt),
  video(p, alt) {
    const node = shown({ size: 'full', aspectMode: 'cover', ...p, url: p.previewUrl }, alt);
    node.firstChild.append(h('span', { className: 'play' }, icon('play')));
    return node;
  },
  icon: (p) => h('span', { className: 'fx-icon', style: { fontSize: SIZE[p.size] || space(p.size) || SIZE.md, aspectRatio: ratio(p) } }, picture(p.url, '', () => '•')),
};
function styled(node, p) {
  const s = node.style;
  s.fontSize = SIZE[p.size] || space(p.size) || '15px';
  if (p.weight === 'bold') s.fontWeight = '700';
  if (p.color) s.color = p.color;
  if (p.align) s.textAlign = p.align;
  if (p.style === 'italic') s.fontStyle = 'italic';
  if (p.decoration && p.decoration !== 'none') s.textDecoration = p.decoration;
  if (p.lineSpacing) s.lineHeight = `calc(1.4em + ${space(p.lineSpacing)})`;
  return node;
}
