// The citizens' side: a phone that looks and behaves like LINE.
import { $, h, base64, call, face, clock, day, safe, keepDown, fresh, once, ask, remember, toast, world, me, news } from './dom.js';
import { bubble } from './bubbles.js';

async function act(what, given = {}) {
  if (phone?.blocked && what !== 'follow') { toast('ブロックしているあいだは、何も送れません。'); return; }
  await call('POST', `/sim/phone/${encodeURIComponent(me.citizen)}/${what}`, given);
}

export async function tap(action) {
  if (action.type === 'uri') { const url = safe(action.uri ?? action.linkUri); if (url) window.open(url, '_blank', 'noopener'); return; }
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
  $('photo').addEventListener('change', async () => { const all = [...$('photo').files], mime = all[0]?.type, data = await Promise.all(all.map(base64)); if (data.length > 1) act('photos', { data, mime }); else if (data.length) act('photo', { data: data[0], mime }); $('attach').hidden = true; $('photo').value = ''; });
  $('file').addEventListener('change', async () => { const f = $('file').files[0]; if (f) act('file', { name: f.name, data: await base64(f) }); $('attach').hidden = true; $('file').value = ''; });
  $('location').addEventListener('click', () => { act('location'); $('attach').hidden = true; });
  $('sticker').addEventListener('click', () => { act('sticker'); $('attach').hidden = true; });
  $('phone-more').addEventListener('click', () => { $('phone-pop').hidden = !$('phone-pop').hidden; });
  $('friend').addEventListener('click', () => { $('phone-pop').hidden = true; act(phone.friend && !phone.blocked ? 'block' : 'follow'); });
}

