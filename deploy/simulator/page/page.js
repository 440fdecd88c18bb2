// The page of the simulator. Everything that people wrote reaches the screen through textContent only.
const $ = (id) => document.getElementById(id);
const TINTS = ['#5b8def', '#e07a5f', '#3d9970', '#9b6dd6', '#d1983a', '#4a90a4', '#c0577d'];

function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (key === 'on') for (const [event, does] of Object.entries(value)) node.addEventListener(event, does);
    else if (key === 'style') Object.assign(node.style, value);
    else if (key === 'data') Object.assign(node.dataset, value);
    else if (key in node && key !== 'list') node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

async function call(method, path, body) {
  const answer = await fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
  const said = await answer.json();
  if (!answer.ok) { toast(said.error); throw new Error(said.error); }
  return said;
}
function toast(words) {
  $('toast').textContent = words; $('toast').hidden = false;
  clearTimeout(toast.timer); toast.timer = setTimeout(() => { $('toast').hidden = true; }, 4000);
}
const tint = (id) => TINTS[[...id].reduce((sum, c) => sum + c.codePointAt(0), 0) % TINTS.length];
const face = (id, name, color) => h('span', { className: 'face', style: { background: color || tint(id) }, 'aria-hidden': 'true' }, [...name][0]);
const two = (n) => String(n).padStart(2, '0');
const clock = (ms) => { const d = new Date(ms); return `${d.getHours()}:${two(d.getMinutes())}`; };
const day = (ms) => { const d = new Date(ms); return `${d.getMonth() + 1}月${d.getDate()}日(${'日月火水木金土'[d.getDay()]})`; };
const safe = (url) => (/^(https?|tel|line|mailto):/i.test(url || '') ? url : null);
function keepDown(box, draw) {
  const down = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const top = box.scrollTop; draw(); box.scrollTop = down ? box.scrollHeight : top;
}
const drawn = new Map(); // what each part shows: the same again is left alone, so that no click is lost under a redraw
function fresh(part, data) {
  const now = JSON.stringify(data);
  if (drawn.get(part) === now) return false;
  drawn.set(part, now);
  return true;
}
function once(work) { // a change that comes while one is being fetched is fetched right after, once
  let busy = false, again = false;
  return async function run() {
    if (busy) { again = true; return; }
    busy = true;
    try { await work(); } catch { /* the toast has said it */ } finally { busy = false; if (again) { again = false; run(); } }
  };
}

let world, me = {}, phone, desk;
const news = new Set();
const remember = (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* private window */ } };
const recall = (key) => { try { return sessionStorage.getItem(key); } catch { return null; } };

// ---------------------------------------------------------------- LINE
const act = (what, given = {}) => call('POST', `/sim/phone/${encodeURIComponent(me.citizen)}/${what}`, given);

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

const drawPhone = once(async () => {
  phone = await call('GET', `/sim/phone/${encodeURIComponent(me.citizen)}`);
  $('friend').textContent = phone.blocked ? 'ブロックを解除' : phone.friend ? 'ブロックする' : '友だち追加';
  const said = `${phone.id} ${phone.messages.length} ${phone.typing}`, more = said !== me.said;
  me.said = said;
  if (fresh('talk', [phone.id, phone.friend, phone.typing, phone.messages])) keepDown($('talk'), () => $('talk').replaceChildren(...talk()));
  if (more) $('talk').scrollTop = $('talk').scrollHeight;
  if (fresh('quick', [phone.id, phone.quick_replies])) $('quick').replaceChildren(...phone.quick_replies.map((a) => h('button', { on: { click: () => tap(a) } }, a.label)));
  drawMenu();
  const locked = phone.blocked;
  $('words').disabled = locked; $('words').placeholder = locked ? 'ブロックしています' : 'メッセージを入力';
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
      ? h('img', { src: `/sim/content/${encodeURIComponent(m.id)}`, alt: '送った写真' }) : h('div', { className: 'fx-image' }, '🖼'));
    case 'sticker': return h('div', { className: 'bubble bare stamp', role: 'img', 'aria-label': 'スタンプ' }, ['🐥', '🙏', '😊', '🎉'][Number(message.stickerId) % 4 || 0]);
    case 'location': return words(h('div', { className: 'place' }, h('span', {}, '📍'), h('div', {}, message.title || '位置情報', h('small', {}, message.address || ''))));
    case 'file': return words(h('div', { className: 'doc' }, h('span', {}, '📄'), h('div', {}, message.fileName, h('small', {}, `${message.fileSize} バイト`))));
    case 'video': return words('🎬 動画'); case 'audio': return words('🎤 ボイスメッセージ');
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
  if (t.type === 'image_carousel') return h('div', { className: 'carousel' }, t.columns.map((c) => template({ text: '🖼', actions: [c.action] })));
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
  image: () => h('div', { className: 'fx-image', 'aria-hidden': 'true' }, '🖼'),
  video: () => h('div', { className: 'fx-image', 'aria-hidden': 'true' }, '🎬'),
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
function drawCitizens() {
  $('citizens').replaceChildren(...world.citizens.map((c) => h('button', {
    'aria-pressed': String(c.id === me.citizen), className: news.has(c.id) ? 'new' : '', title: c.title,
    on: { click: () => { me.citizen = c.id; remember('citizen', c.id); news.delete(c.id); $('rich').dataset.id = ''; drawCitizens(); drawPhone(); } },
  }, face(c.id, c.name), c.name)));
}
const base64 = (file) => new Promise((done) => { const r = new FileReader(); r.onload = () => done(r.result.split(',')[1]); r.readAsDataURL(file); });
function phoneControls() {
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

// ---------------------------------------------------------------- Slack
const staff = (what, given = {}) => call('POST', `/sim/staff/${encodeURIComponent(me.staff)}/${what}`, given);
const nameOf = (m) => (m.slackbot ? 'Slackbot' : desk.users[m.user] || m.user || '?');

const drawDesk = once(async () => {
  desk = await call('GET', `/sim/staff/${encodeURIComponent(me.staff)}`);
  if (me.channel !== 'home' && !desk.channels.some((c) => c.id === me.channel)) me.channel = desk.channels[0]?.id;
  $('channels').replaceChildren(...desk.channels.map((c) => h('li', {}, h('button', {
    'aria-current': String(c.id === me.channel), on: { click: () => { me.channel = c.id; me.thread = null; drawDesk(); } },
  }, h('span', { className: 'hash' }, c.direct ? '●' : '#'), h('span', {}, c.direct ? world.bot.name : c.name)))));
  $('home-tab').setAttribute('aria-current', String(me.channel === 'home'));
  const channel = desk.channels.find((c) => c.id === me.channel);
  $('room-name').textContent = me.channel === 'home' ? 'つなぎ — ホーム' : `# ${channel?.name ?? ''}`;
  $('room-people').textContent = channel ? `${channel.members.length}人` : '';
  $('post').hidden = me.channel === 'home';
  $('staff-title').textContent = world.staff.find((p) => p.id === me.staff)?.title || '';
  if (fresh('posts', [me.staff, me.channel, channel, me.channel === 'home' && desk.home])) keepDown($('posts'), () => $('posts').replaceChildren(...posts(channel)));
  drawThread(channel); drawModal(); drawNotes();
});
function posts(channel) {
  if (me.channel === 'home') return desk.home ? [h('div', { className: 'entry' }, h('span'), blocks(desk.home.blocks, { view: desk.home }))] : [h('p', { className: 'nothing' }, 'ホームはまだ空です。')];
  if (!channel?.messages.length) return [h('p', { className: 'nothing' }, 'まだ何もありません。市民が相談を送ると、ここにカードが届きます。')];
  const rows = []; let last = '';
  for (const m of channel.messages) {
    const on = day(Number(m.ts) * 1000);
    if (on !== last) rows.push(h('div', { className: 'day', style: { margin: '6px auto', width: 'fit-content', background: '#0000000d', color: '#555' } }, last = on));
    rows.push(entry(m, true));
  }
  return rows;
}
function entry(m, top) {
  const bot = Boolean(m.bot_id || m.slackbot), name = nameOf(m);
  const head = h('div', {}, h('span', { className: 'who' }, name), bot && h('span', { className: 'app' }, 'アプリ'),
    h('span', { className: 'at' }, clock(Number(m.ts) * 1000)), m.edited && h('span', { className: 'edited' }, '(編集済み)'));
  const body = h('div', {}, m.only_you && h('div', { className: 'only' }, '👁 あなただけに表示されています'), head);
  if (m.blocks?.length) { const b = blocks(m.blocks, { message: m }); if (bot && !m.only_you && m.blocks.length > 2) b.classList.add('card-blocks'); body.append(b); }
  else if (m.text) body.append(h('div', { className: 'b-text' }, mrkdwn(m.text)));
  for (const f of m.files || []) if (/\.(png|jpe?g|webp|gif)$/i.test(f.name)) body.append(h('img', { class: 'shown', alt: f.name, src: `/sim/slack/files/${encodeURIComponent(f.id)}` }));
  for (const f of m.files || []) body.append(h('a', { href: `/sim/slack/files/${encodeURIComponent(f.id)}`, target: '_blank', rel: 'noopener' }, `📎 ${f.name}`));
  for (const a of m.attachments || []) body.append(h('blockquote', {}, a.blocks ? blocks(a.blocks, { message: m }) : mrkdwn(a.text || a.fallback || '')));
  if (top && !m.only_you) {
    const open = () => { me.thread = m.ts; drawDesk(); };
    body.append(m.replies.length ? h('button', { className: 'replies-link', on: { click: open } }, `💬 ${m.replies.length}件の返信`)
      : h('button', { className: 'answer', on: { click: open } }, '💬 スレッドで返信'));
  }
  return h('article', { className: `entry${m.only_you ? ' whisper' : ''}`, data: { ts: m.ts } },
    face(m.user || 'bot', bot ? (m.slackbot ? 'S' : 'つ') : name, bot ? '#06a94d' : undefined), body);
}
function drawThread(channel) {
  const root = channel?.messages.find((m) => m.ts === me.thread);
  $('thread').hidden = !root;
  document.querySelector('.slack').classList.toggle('threaded', Boolean(root));
  if (root && fresh('replies', [me.staff, root])) keepDown($('replies'), () => $('replies').replaceChildren(entry(root, false), ...root.replies.map((r) => entry(r, false))));
}
function drawNotes() {
  $('notes').replaceChildren(...desk.notes.filter((n) => !me.dismissed?.has(n.ts)).slice(-2).map((n) => h('div', { className: 'note' }, n.text,
    h('button', { 'aria-label': '閉じる', on: { click: () => { (me.dismissed ??= new Set()).add(n.ts); drawNotes(); } } }, '✕'))));
}

// mrkdwn as nodes: links, mentions, bold, italics, strike, code, quotes
const plain = (s) => s.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const EMOJI = { white_check_mark: '✅', warning: '⚠️', bell: '🔔', speech_balloon: '💬', memo: '📝', tada: '🎉', seedling: '🌱', mag: '🔍', round_pushpin: '📍', hourglass: '⌛', x: '❌', eyes: '👀', bust_in_silhouette: '👤' };
const TOKEN = /```([\s\S]+?)```|`([^`\n]+)`|<([^>\n]+)>|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<![\w_])_([^_\n]+)_(?![\w_])|(?<![\w~])~([^~\n]+)~(?![\w~])|:([a-z0-9_+-]+):/g;
function mrkdwn(text) {
  const out = []; let lines = [], quote = false;
  const flush = () => { if (lines.length) out.push(quote ? h('blockquote', {}, inline(lines.join('\n'))) : inline(lines.join('\n'))); lines = []; };
  for (const line of text.split('\n')) {
    const quoted = line.startsWith('&gt;');
    if (quoted !== quote) { flush(); quote = quoted; }
    lines.push(quoted ? line.slice(4).trimStart() : line);
  }
  flush();
  return out.flat();
}
function inline(text) {
  const out = []; let from = 0;
  for (const m of text.matchAll(TOKEN)) {
    out.push(plain(text.slice(from, m.index))); from = m.index + m[0].length;
    if (m[1]) out.push(h('pre', {}, plain(m[1])));
    else if (m[2]) out.push(h('code', {}, plain(m[2])));
    else if (m[3]) out.push(angle(m[3]));
    else if (m[4]) out.push(h('b', {}, inline(m[4])));
    else if (m[5]) out.push(h('i', {}, inline(m[5])));
    else if (m[6]) out.push(h('s', {}, inline(m[6])));
    else out.push(EMOJI[m[7]] || m[0]);
  }
  return [...out, plain(text.slice(from))];
}
function angle(inside) {
  const [what, label] = inside.split('|');
  if (what[0] === '@') return h('span', { className: 'mention' }, `@${desk?.users[what.slice(1)] || label || what.slice(1)}`);
  if (what[0] === '#') return h('span', { className: 'mention' }, `#${label || desk?.channels.find((c) => c.id === what.slice(1))?.name || what.slice(1)}`);
  if (what[0] === '!') return h('span', { className: 'mention' }, what.startsWith('!date') ? plain(label || '') : `@${what.slice(1)}`);
  const url = safe(plain(what));
  return url ? h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, plain(label || what)) : plain(label || what);
}
const text = (t) => (t.type === 'mrkdwn' ? mrkdwn(t.text) : [t.text.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] || all)]);

// blocks; `from` is the message or view they are in
function blocks(list, from) { return h('div', { className: 'blocks' }, list.map((b) => (BLOCK[b.type] || (() => h('div', { className: 'b-context' }, `[${b.type}]`)))(b, from))); }
const BLOCK = {
  header: (b) => h('div', { className: 'b-header' }, text(b.text)),
  divider: () => h('hr', { className: 'b-divider' }),
  section: (b, from) => h('div', { className: 'b-section' }, h('div', {}, b.text && h('div', { className: 'b-text' }, text(b.text)),
    b.fields && h('div', { className: 'fields' }, b.fields.map((f) => h('div', { className: 'b-text' }, text(f))))), b.accessory && element(b.accessory, b, from)),
  context: (b) => h('div', { className: 'b-context' }, b.elements.map((e) => (e.type === 'image' ? h('span', {}, '🖼') : h('span', { className: 'b-text' }, text(e))))),
  actions: (b, from) => h('div', { className: 'b-actions' }, b.elements.map((e) => element(e, b, from))),
  image: (b) => h('div', { className: 'fx-image', role: 'img', 'aria-label': b.alt_text }, '🖼'),
  markdown: (b) => h('div', { className: 'b-text' }, b.text),
  rich_text: (b) => h('div', {}, b.elements.map(rich)),
  input: (b, from) => {
    const wrong = from.errors?.[b.block_id], id = `in-${b.block_id}`;
    const many = ['checkboxes', 'radio_buttons'].includes(b.element.type);
    const label = [b.label.text, b.optional && h('span', { className: 'optional' }, '(任意)')];
    return h('div', { className: `b-input${wrong ? ' wrong' : ''}`, role: many ? 'group' : null }, many ? h('div', { className: 'label' }, label) : h('label', { htmlFor: id }, label),
      element(b.element, b, from, id), b.hint && h('div', { className: 'hint' }, b.hint.text), wrong && h('div', { className: 'error', role: 'alert' }, wrong));
  },
};
function rich(e) {
  const inner = (x) => {
    if (x.type === 'rich_text_section') return h('span', {}, x.elements.map(inner));
    if (x.type === 'user') return h('span', { className: 'mention' }, `@${desk.users[x.user_id] || x.user_id}`);
    if (x.type === 'link') { const url = safe(x.url); return url ? h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, x.text || x.url) : x.text || ''; }
    if (x.type === 'emoji') return EMOJI[x.name] || `:${x.name}:`;
    const s = x.style || {};
    return h(s.code ? 'code' : 'span', { style: { fontWeight: s.bold ? '700' : '', fontStyle: s.italic ? 'italic' : '', textDecoration: s.strike ? 'line-through' : '' } }, x.text || '');
  };
  if (e.type === 'rich_text_list') return h(e.style === 'ordered' ? 'ol' : 'ul', {}, e.elements.map((x) => h('li', {}, inner(x))));
  const tag = { rich_text_preformatted: 'pre', rich_text_quote: 'blockquote' }[e.type] || 'div';
  return h(tag, { className: tag === 'div' ? 'plain' : '' }, e.elements.map(inner));
}
const drafts = {}; // what is being typed in modals: view, block, action
const draft = (from, b) => ((drafts[from.view?.id || from.message?.ts] ??= {})[b.block_id] ??= {});
function started(e, b, from) {
  const typed = draft(from, b)[e.action_id];
  if (typed !== undefined) return typed;
  const kept = from.view?.state?.values?.[b.block_id]?.[e.action_id] || {};
  const value = kept.value ?? kept.selected_option?.value ?? kept.selected_options?.map((o) => o.value) ?? kept.selected_user ?? kept.selected_users
    ?? kept.selected_conversation ?? kept.selected_channel ?? kept.selected_date ?? kept.selected_time ?? kept.selected_date_time;
  return value ?? e.initial_value ?? e.initial_option?.value ?? e.initial_options?.map((o) => o.value) ?? e.initial_user ?? e.initial_users ?? e.initial_date ?? e.initial_time;
}
function element(e, b, from, id = '') {
  const now = started(e, b, from), input = b.type === 'input';
  const set = (value) => { draft(from, b)[e.action_id] = value; if (!input || b.dispatch_action) press(e, b, from, value); };
  const type = { datepicker: 'date', timepicker: 'time', email_text_input: 'email', url_text_input: 'url', number_input: 'number' }[e.type];
  const hint = e.placeholder?.text || '';
  if (e.type === 'button') {
    return h('button', { className: `b-button ${e.style || ''}`, data: { action: e.action_id }, on: { click: async (ev) => {
      const node = ev.currentTarget; if (e.confirm && !(await confirmed(e.confirm))) return;
      node.disabled = true; try { await press(e, b, from); } finally { node.disabled = false; }
      if (e.url && safe(e.url)) window.open(safe(e.url), '_blank', 'noopener');
    } } }, text(e.text));
  }
  if (e.type === 'plain_text_input' && e.multiline) return h('textarea', { id, className: 'b-in', rows: 4, placeholder: hint, value: now || '', on: { input: (ev) => keep(from, b, e, ev.target.value) } });
  if (e.type.endsWith('_input')) return h('input', { id, className: 'b-in', type: type || 'text', placeholder: hint, value: now || '', on: { input: (ev) => keep(from, b, e, ev.target.value) } });
  if (type) return h('input', { id, className: 'b-in', type, value: now || '', 'aria-label': hint || '日時', on: { change: (ev) => set(ev.target.value) } });
  if (e.type === 'datetimepicker') return h('input', { id, className: 'b-in', type: 'datetime-local', on: { change: (ev) => set(Math.floor(new Date(ev.target.value) / 1000)) } });
  if (e.type === 'checkboxes' || e.type === 'radio_buttons') return choices(e, now, set, `${from.view?.id || from.message?.ts}-${b.block_id}`);
  if (e.type.endsWith('_select') || e.type === 'overflow') return select(e, b, from, now, set, id, hint);
  return h('span', { className: 'b-context' }, `[${e.type}]`);
}
const keep = (from, b, e, value) => { draft(from, b)[e.action_id] = value; };
function choices(e, now, set, name) {
  const many = e.type === 'checkboxes', on = new Set(many ? now || [] : [now]);
  return h('div', {}, e.options.map((o) => h('label', { className: 'choice' }, h('input', { type: many ? 'checkbox' : 'radio', name, checked: on.has(o.value), on: { change: (ev) => {
    if (!many) { set(o.value); return; }
    if (ev.target.checked) on.add(o.value); else on.delete(o.value);
    set([...on]);
  } } }), h('span', {}, text(o.text), o.description && h('small', {}, text(o.description))))));
}
function select(e, b, from, now, set, id, hint) {
  const many = e.type.startsWith('multi_'), kind = e.type.replace('multi_', '');
  const option = (value, label) => h('option', { value, selected: many ? (now || []).includes(value) : value === now }, label);
  const people = () => world.staff.map((p) => option(p.id, `${p.name}(${p.title})`));
  const fromOptions = (list) => list.map((o) => option(o.value, o.text.text));
  const node = h('select', { id, className: 'b-in', multiple: many, 'aria-label': hint || '選択', on: { change: () => set(many ? [...node.selectedOptions].map((o) => o.value) : node.value) } });
  if (!many) node.append(h('option', { value: '' }, e.type === 'overflow' ? '…' : hint || '選択してください'));
  if (kind === 'users_select') node.append(...people());
  else if (kind === 'channels_select' || kind === 'conversations_select') node.append(...desk.channels.map((c) => option(c.id, `#${c.name}`)));
  else if (kind === 'external_select') node.addEventListener('focus', async () => { const a = await staff('suggest', { view: from.view?.id, action_id: e.action_id }); node.append(...fromOptions(a.data?.options || [])); }, { once: true });
  else if (e.option_groups) node.append(...e.option_groups.map((g) => h('optgroup', { label: g.label.text }, fromOptions(g.options))));
  else node.append(...fromOptions(e.options || []));
  return node;
}
async function press(e, b, from, value) {
  const given = { action_id: e.action_id, block_id: b.block_id, value };
  if (from.view) Object.assign(given, { view: from.view.id, values: typedIn(from.view) });
  else Object.assign(given, { ts: from.message.ts, channel: from.message.channel, seen: from.message.blocks });
  await staff('press', given);
  drawDesk();
}
function typedIn(view) {
  const all = {};
  for (const [block, actions] of Object.entries(drafts[view.id] || {})) if (view.blocks.some((b) => b.block_id === block)) all[block] = actions;
  return all;
}
function confirmed(c) { return new Promise((done) => ask(c.title.text, h('div', { className: 'b-text' }, text(c.text)), () => done(true), () => done(false), c.confirm.text, c.deny.text)); }
function ask(title, content, yes, no, yesWord = 'OK', noWord = 'キャンセル') {
  const veil = h('div', { className: 'veil', style: { position: 'fixed', zIndex: '10' } });
  const end = (does) => () => { veil.remove(); does(); };
  veil.append(h('div', { className: 'modal', role: 'dialog', 'aria-modal': 'true', 'aria-label': title }, h('header', {}, title), h('div', { className: 'body' }, content),
    h('footer', {}, h('button', { className: 'b-button', on: { click: end(no) } }, noWord), h('button', { className: 'b-button primary', on: { click: end(yes) } }, yesWord))));
  document.body.append(veil); veil.querySelector('.primary').focus();
}
function drawModal() {
  const view = desk.modals.at(-1), box = $('modal');
  $('veil').hidden = !view;
  if (!view) { box.dataset.drawn = ''; return; }
  const shows = JSON.stringify([view.id, view.hash, view.errors]);
  if (box.dataset.drawn === shows) return;
  const opened = !(box.dataset.drawn || '').startsWith(`["${view.id}`);
  box.dataset.drawn = shows;
  const close = () => { delete drafts[view.id]; staff('close', { view: view.id }); };
  const submit = async (ev) => {
    ev.preventDefault(); const button = ev.currentTarget.querySelector('.primary'); if (button) button.disabled = true;
    try { await staff('submit', { view: view.id, values: typedIn(view) }); await drawDesk(); } finally { if (button) button.disabled = false; }
  };
  const body = h('div', { className: 'body' }, view.errors?.[''] && h('div', { className: 'error', role: 'alert' }, view.errors['']), blocks(view.blocks, { view, errors: view.errors }));
  box.setAttribute('aria-label', view.title.text);
  box.replaceChildren(h('header', {}, view.title.text, h('button', { 'aria-label': '閉じる', on: { click: close } }, '✕')),
    h('form', { style: { display: 'contents' }, noValidate: true, on: { submit } }, body, h('footer', {}, h('button', { type: 'button', className: 'b-button', on: { click: close } }, view.close?.text || 'キャンセル'),
      view.submit && h('button', { className: 'b-button primary' }, view.submit.text))));
  if (opened) (box.querySelector('.b-in') || box.querySelector('button')).focus();
  else box.querySelector('.wrong .b-in')?.focus();
}
function deskControls() {
  const post = async (input, more) => {
    const words = input.value.trim(); if (!words) return;
    input.value = ''; $('commands').hidden = true;
    if (words.startsWith('/') && !more) await staff('run', { line: words, channel: me.channel });
    else await staff('say', { text: words, channel: me.channel, ...more });
    $('posts').scrollTop = $('posts').scrollHeight;
  };
  $('post').addEventListener('submit', (e) => { e.preventDefault(); post($('line')); });
  $('reply').addEventListener('submit', (e) => { e.preventDefault(); post($('reply-words'), { thread_ts: me.thread }); });
  $('thread-close').addEventListener('click', () => { me.thread = null; drawDesk(); });
  $('line').addEventListener('input', () => {
    const typed = $('line').value, found = Object.entries(world.commands).filter(([name]) => typed.startsWith('/') && !typed.includes(' ') && name.startsWith(typed));
    $('commands').hidden = !found.length;
    $('commands').replaceChildren(...found.map(([name, what]) => h('button', { type: 'button', on: { click: () => { $('line').value = `${name} `; $('commands').hidden = true; $('line').focus(); } } }, h('b', {}, name), h('span', {}, what))));
  });
  $('staff').replaceChildren(...world.staff.map((p) => h('option', { value: p.id, selected: p.id === me.staff }, p.name)));
  $('staff').addEventListener('change', () => { me.staff = $('staff').value; remember('staff', me.staff); me.thread = null; $('modal').dataset.drawn = ''; drawDesk(); });
  $('home-tab').addEventListener('click', () => { me.channel = 'home'; me.thread = null; staff('home'); drawDesk(); });
  document.addEventListener('keydown', (e) => { const view = desk?.modals.at(-1); if (e.key === 'Escape' && view) { delete drafts[view.id]; staff('close', { view: view.id }); } });
}

// ---------------------------------------------------------------- the wire
const drawWire = once(async () => {
  if ($('wire').hidden) return;
  const [entries, coming] = await Promise.all([call('GET', '/sim/wire?most=150'), call('GET', '/sim/faults')]);
  $('coming').textContent = coming.map((f) => `${f.platform} ${f.kind} ${f.kind === 'error' ? f.status : ''} ×${f.times}`).join(' / ');
  keepDown($('entries'), () => $('entries').replaceChildren(...entries.map((e) => h('li', {}, details(e)))));
});
function details(e) {
  const good = e.status >= 200 && e.status < 300 && e.answer?.ok !== false;
  const box = h('details', {}, h('summary', {}, h('span', {}, new Date(e.at * 1000).toLocaleTimeString('ja-JP')), h('span', {}, e.platform),
    h('span', { className: e.direction === 'in' ? 'to-hub' : '' }, e.direction === 'in' ? '→ つなぎ' : 'つなぎ →'), h('span', {}, `${e.method} ${e.path} ${e.kind || ''}`),
    h('span', { className: good ? 'good' : 'bad' }, String(e.status)), h('span', {}, `${e.ms} ms`)));
  box.addEventListener('toggle', () => { if (box.open && box.children.length < 2) box.append(h('pre', {}, JSON.stringify({ headers: e.headers, body: e.body, answer: e.answer }, null, 2))); });
  return box;
}
function wireControls() {
  const toggle = () => { $('wire').hidden = !$('wire').hidden; drawWire(); };
  $('open-wire').addEventListener('click', toggle); $('wire-close').addEventListener('click', toggle);
  $('calm').addEventListener('click', () => call('DELETE', '/sim/faults'));
  for (const b of document.querySelectorAll('[data-fault]')) b.addEventListener('click', () => call('POST', '/sim/faults', JSON.parse(b.dataset.fault)));
}

// ---------------------------------------------------------------- start
function listen() {
  const live = new EventSource('/sim/events'), state = $('state');
  live.onopen = () => { state.textContent = '接続しています'; state.className = 'state on'; drawPhone(); drawDesk(); };
  live.onerror = () => { state.textContent = '接続が切れました'; state.className = 'state off'; };
  live.onmessage = (e) => {
    const { what, where } = JSON.parse(e.data);
    if (what === 'line' && (!where || where === me.citizen)) drawPhone();
    else if (what === 'line' && !news.has(where)) { news.add(where); drawCitizens(); }
    if (what === 'slack') drawDesk();
    if (what === 'wire' || what === 'faults') drawWire();
  };
}
async function start() {
  world = await call('GET', '/sim/world');
  const known = (list, id) => list.find((p) => p.id === id)?.id || list[0].id;
  me = { citizen: known(world.citizens, recall('citizen')), staff: known(world.staff, recall('staff')), channel: world.intake };
  $('centre').textContent = world.centre; $('team').textContent = world.team;
  $('me').textContent = 'すべてこの画面の中だけで動いています';
  for (const b of document.querySelectorAll('[data-show]')) b.addEventListener('click', () => { document.body.dataset.side = b.dataset.show; });
  phoneControls(); deskControls(); wireControls(); drawCitizens(); listen();
  setInterval(() => { if (phone?.typing) drawPhone(); }, 5000);
}
start();
