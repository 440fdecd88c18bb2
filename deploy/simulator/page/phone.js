// The citizens' side: a phone that looks and behaves like LINE.
import { $, h, base64, call, face, clock, day, safe, keepDown, fresh, once, ask, remember, toast, world, me, news } from './dom.js';
import { icon, sticker } from './icons.js';

async function act(what, given = {}) {
  if (phone?.blocked && what !== 'follow') { toast('ブロックしているあいだは、何も送れません。'); return; }
  await call('POST', `/sim/phone/${encodeURIComponent(me.citizen)}/${what}`, given);
}

async function tap(action) {
  if (action.type === 'uri') { const url = safe(action.uri); if (url) window.open(url, '_blank', 'noopener'); return; }
  if (action.type === 'clipboard') { navigator.clipboard?.writeText(action.clipboardText); return; }
  if (action.type === 'camera' || action.type === 'cameraRoll') { $('photo').click(); return; }
  if (action.type === 'location') { act('location'); return; }
  const given = { action, label: action.label };
  if (action.type === 'datetimepicker') {
    const picked = await pick(action); if (!picked) return;
    given.params = { [action.mode]: picked };
  }
  if (action.inputOption === 'openKeyboard') { $('words').value = action.fillInText || ''; $('words').focus(); }
  await act('tap', given);
}
function pick(action) {
  const type = { date: 'date', time: 'time', datetime: 'datetime-local' }[action.mode];
  return new Promise((done) => {
    const input = h('input', { type, className: 'b-in', value: action.initial || '' });
    ask(action.label || '日時を選ぶ', input, () => done(input.value), () => done(null));
  });
}

export let phone; // the screen of the citizen in view
export const drawPhone = once(async () => {
  phone = await call('GET', `/sim/phone/${encodeURIComponent(me.citizen)}`);
  $('friend').textContent = phone.blocked ? 'ブロックを解除' : phone.friend ? 'ブロックする' : '友だち追加';
  const said = `${phone.id} ${phone.messages.length} ${phone.typing}`, more = said !== me.said;
  me.said = said;
  if (fresh('talk', [phone.id, phone.friend, phone.typing, phone.messages])) keepDown($('talk'), () => $('talk').replaceChildren(...talk()));
  if (more) $('talk').scrollTop = $('talk').scrollHeight;
  if (fresh('quick', [phone.id, phone.quick_replies])) $('quick').replaceChildren(...phone.quick_replies.map((a) => h('button', { on: { click: () => tap(a) } }, a.label)));
  drawMenu();
  const locked = phone.blocked;
  if (locked) $('attach').hidden = true;
  for (const control of $('say').elements) control.disabled = locked;
  $('words').placeholder = locked ? 'ブロックしています' : 'メッセージを入力';
});

function talk() {
  if (!phone.messages.length && !phone.friend) {
    return [h('div', { className: 'hello' }, h('b', {}, world.centre), h('p', {}, '友だちに追加すると、相談を始められます。'),
      h('button', { on: { click: () => act('follow') } }, '友だち追加'))];
  }
  const rows = []; let last = '';
  for (const m of phone.messages) {
    if (day(m.at) !== last) rows.push(h('div', { className: 'day' }, last = day(m.at)));
    rows.push(row(m));
  }
  if (phone.typing) {
    rows.push(h('div', { className: 'row theirs' }, face('x', 'つ', '#06c755'),
      h('div', { className: 'bubble words dots', 'aria-label': '入力中' }, h('span'), h('span'), h('span'))));
  }
  return rows;
}
function row(m) {
  const mine = m.from === 'citizen';
  const meta = h('div', { className: 'meta' }, mine && m.read ? '既読' : '', mine && m.read ? h('br') : '', clock(m.at));
  if (mine && m.message.type !== 'unsent') meta.append(h('button', { on: { click: () => act('unsend', { id: m.id }) } }, '送信取消'));
  return h('div', { className: `row ${mine ? 'mine' : 'theirs'}`, data: { id: m.id } },
    mine ? null : face('x', 'つ', '#06c755'), bubble(m), meta);
}
function bubble(m) {
  const message = m.message, words = (...inside) => h('div', { className: 'bubble words' }, ...inside);
  switch (message.type) {
    case 'text': case 'textV2': return words(linked(message.text));
    case 'unsent': return h('div', { className: 'bubble gone' }, 'メッセージの送信を取り消しました');
    case 'image': return h('div', { className: 'bubble bare' }, m.from === 'citizen'
      ? h('img', { src: `/sim/content/${encodeURIComponent(m.id)}`, alt: '送った写真' })
      : h('img', { src: `/sim/picture/${encodeURIComponent(m.id)}`, alt: '届いた写真', on: { error: (e) => e.target.replaceWith(h('div', { className: 'fx-image' }, icon('photo'))) } }));
    case 'sticker': return h('div', { className: 'bubble bare stamp', role: 'img', 'aria-label': 'スタンプ' }, sticker(Number(message.stickerId)));
    case 'location': return words(h('div', { className: 'place' }, h('span', {}, icon('place')), h('div', {}, message.title || '位置情報', h('small', {}, message.address || ''))));
    case 'file': return words(h('div', { className: 'doc' }, h('span', {}, icon('file')), h('div', {}, message.fileName, h('small', {}, `${message.fileSize} バイト`))));
    case 'video': return words(icon('play'), ' 動画'); case 'audio': return words(icon('voice'), ' ボイスメッセージ');
    case 'template': return template(message.template);
    case 'flex': return flex(message.contents);
    default: return words(`[${message.type}]`);
  }
}
function linked(said) { // addresses in a text can be opened, as on LINE
  return said.split(/(https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]+)/).map((part, i) => (i % 2 ? h('a', { href: part, target: '_blank', rel: 'noopener noreferrer' }, part) : part));
}
function template(t) {
  if (t.type === 'carousel') return h('div', { className: 'carousel' }, t.columns.map((c) => template({ ...c, type: 'buttons' })));
  if (t.type === 'image_carousel') return h('div', { className: 'carousel' }, t.columns.map((c) => template({ text: '画像', actions: [c.action] })));
  return h('div', { className: 'bubble card' }, h('div', { className: 'tpl' }, t.title && h('b', {}, t.title), t.text),
    h('div', { className: 'tpl-buttons' }, t.actions.map((a) => h('button', { on: { click: () => tap(a) } }, a.label))));
}

// Flex: the part of LINE's layout that cards use
const SPACE = { none: '0', xs: '2px', sm: '4px', md: '8px', lg: '12px', xl: '16px', xxl: '20px' };
const SIZE = { xxs: '10px', xs: '12px', sm: '13px', md: '15px', lg: '17px', xl: '20px', xxl: '25px', '3xl': '30px', '4xl': '36px', '5xl': '44px' };
const PLACE = { start: 'flex-start', end: 'flex-end', center: 'center', top: 'flex-start', bottom: 'flex-end' };
const space = (v) => SPACE[v] ?? (/^\d+(\.\d+)?(px|%)$/.test(v || '') ? v : undefined);
function flex(c) {
  if (c.type === 'carousel') return h('div', { className: 'carousel' }, c.contents.map(flexBubble));
  return flexBubble(c);
}
function flexBubble(b) {
  const card = h('div', { className: 'bubble card' });
  const pads = { header: '16px 18px', hero: '0', body: '16px 18px', footer: '10px 12px' };
  for (const part of ['header', 'hero', 'body', 'footer']) {
    if (!b[part]) continue;
    const box = flexPart(b[part], 'vertical');
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
function flexPart(p, within) {
  const node = (FLEX[p.type] || (() => h('div')))(p);
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
const FLEX = {
  box(p) {
    const node = h('div', { className: `fx-box fx-${p.layout}` }), s = node.style;
    for (const [i, child] of (p.contents || []).entries()) {
      const made = flexPart(child, p.layout);
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
  image: () => h('div', { className: 'fx-image', 'aria-hidden': 'true' }, icon('photo')),
  video: () => h('div', { className: 'fx-image', 'aria-hidden': 'true' }, icon('play')),
  icon: () => h('span', { 'aria-hidden': 'true' }, '•'),
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
function drawMenu() {
  const menu = phone.menu, box = $('rich');
  box.hidden = !menu;
  if (!menu || box.dataset.id === menu.id) return;
  box.dataset.id = menu.id;
  const area = h('div', { style: { position: 'relative' } });
  if (menu.image) {
    area.append(h('img', { src: `/sim/menu/${encodeURIComponent(menu.id)}`, alt: menu.chatBarText }));
    for (const a of menu.areas) {
      const share = (part, whole) => `${(100 * part) / whole}%`;
      area.append(h('button', { className: 'spot', title: a.action.label || '', 'aria-label': a.action.label || 'メニュー', on: { click: () => tap(a.action) },
        style: { left: share(a.bounds.x, menu.size.width), top: share(a.bounds.y, menu.size.height), width: share(a.bounds.width, menu.size.width), height: share(a.bounds.height, menu.size.height) } }));
    }
  } else area.append(h('div', { className: 'areas' }, menu.areas.map((a) => h('button', { on: { click: () => tap(a.action) } }, a.action.label || a.action.text || '…'))));
  const bar = h('details', { open: Boolean(menu.selected) }, h('summary', {}, `${menu.chatBarText} ▾`), area);
  box.replaceChildren(bar);
}
export function switchTo(id) {
  me.citizen = id; remember('citizen', id); news.delete(id); $('rich').dataset.id = '';
  drawCitizens(); drawPhone();
  $('citizens').querySelector('[aria-pressed=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
export function drawCitizens() {
  $('citizens').replaceChildren(...world.citizens.map((c) => h('button', {
    'aria-pressed': String(c.id === me.citizen), className: news.has(c.id) ? 'new' : '', title: c.title,
    on: { click: () => switchTo(c.id) },
  }, face(c.id, c.name), c.name)));
}
export function phoneControls() {
  const say = () => { const text = $('words').value; if (text.trim()) { $('words').value = ''; $('words').style.height = ''; act('say', { text }); } };
  $('say').addEventListener('submit', (e) => { e.preventDefault(); say(); });
  $('words').addEventListener('keydown', (e) => { if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) { e.preventDefault(); say(); } });
  $('words').addEventListener('input', () => { $('words').style.height = 'auto'; $('words').style.height = `${$('words').scrollHeight}px`; });
  new ResizeObserver(() => { $('talk').scrollTop = $('talk').scrollHeight; }).observe($('talk'));
  $('plus').addEventListener('click', () => { $('attach').hidden = !$('attach').hidden; });
  $('photo').addEventListener('change', async () => { const f = $('photo').files[0]; if (f) act('photo', { data: await base64(f), mime: f.type }); $('attach').hidden = true; $('photo').value = ''; });
  $('file').addEventListener('change', async () => { const f = $('file').files[0]; if (f) act('file', { name: f.name, data: await base64(f) }); $('attach').hidden = true; $('file').value = ''; });
  $('location').addEventListener('click', () => { act('location'); $('attach').hidden = true; });
  $('sticker').addEventListener('click', () => { act('sticker'); $('attach').hidden = true; });
  $('phone-more').addEventListener('click', () => { $('phone-pop').hidden = !$('phone-pop').hidden; });
  $('friend').addEventListener('click', () => { $('phone-pop').hidden = true; act(phone.friend && !phone.blocked ? 'block' : 'follow'); });
}

