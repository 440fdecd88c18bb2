// The staff's side: a workspace that looks and behaves like Slack.
import { $, h, base64, call, face, clock, day, keepDown, fill, fresh, once, ask, remember, picked, shownIn, toast, world, me } from './dom.js';
import { icon } from './icons.js';
import { closeCommands, commandControls } from './slash.js';
import { follow, mrkdwn, rich, text } from './text.js';

const staff = (what, given = {}) => call('POST', `/sim/staff/${encodeURIComponent(me.staff)}/${what}`, given);
const nameOf = (m) => (m.slackbot ? 'Slackbot' : desk.users[m.user] || m.user || '?');

export let desk; // what the member of staff in view sees
export const drawDesk = once(async () => {
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
  if (fresh('posts', [me.staff, me.channel, channel, me.channel === 'home' && desk.home])) (me.channel === 'home' ? fromTheTop : keepDown)($('posts'), () => fill($('posts'), posts(channel)));
  drawThread(channel); drawModal(); drawNotes();
});
const fromTheTop = (box, draw) => { draw(); box.scrollTop = 0; };
function posts(channel) {
  if (me.channel === 'home') return desk.home ? [h('div', { className: 'entry home' }, blocks(desk.home.blocks, { view: desk.home }))] : [h('p', { className: 'nothing' }, 'ホームはまだ空です。')];
  if (!channel?.messages.length) return [h('p', { className: 'nothing' }, 'まだ何もありません。市民が相談を送ると、ここにカードが届きます。')];
  const rows = [], now = new Map(); let last = '';
  const row = (key, shows, made) => { // the same again is the same node
    const there = shown.get(key), node = there?.shows === shows ? there.node : made();
    now.set(key, { shows, node }); rows.push(node);
  };
  for (const m of channel.messages) {
    const on = day(Number(m.ts) * 1000);
    if (on !== last) row(`day ${on}`, on, () => h('div', { className: 'day', style: { margin: '6px auto', width: 'fit-content', background: '#0000000d', color: '#555' } }, on));
    last = on;
    row(`${me.staff} ${m.ts}`, JSON.stringify(m), () => entry(m, true));
  }
  shown = now;
  return rows;
}
let shown = new Map(); // what stands in the channel, by who looks and the message
function entry(m, top) {
  const bot = Boolean(m.bot_id || m.slackbot), name = nameOf(m);
  const head = h('div', {}, h('span', { className: 'who' }, name), bot && h('span', { className: 'app' }, 'アプリ'),
    h('span', { className: 'at' }, clock(Number(m.ts) * 1000)), m.edited && h('span', { className: 'edited' }, '(編集済み)'));
  const body = h('div', { className: 'said' }, !m.only_you && menu(m), m.only_you && h('div', { className: 'only' }, icon('eye'), ' あなただけに表示されています'), head);
  if (m.blocks?.length) { const b = blocks(m.blocks, { message: m }); if (bot && !m.only_you && m.blocks.length > 2) b.classList.add('card-blocks'); body.append(b); }
  else if (m.text) body.append(h('div', { className: 'b-text' }, mrkdwn(m.text)));
  for (const f of m.files || []) if (/\.(png|jpe?g|webp|gif)$/i.test(f.name)) body.append(h('img', { class: 'shown', alt: f.name, src: `/sim/slack/files/${encodeURIComponent(f.id)}` }));
  for (const f of m.files || []) body.append(h('a', { href: `/sim/slack/files/${encodeURIComponent(f.id)}`, target: '_blank', rel: 'noopener' }, icon('file'), ` ${f.name}`));
  for (const a of m.attachments || []) body.append(h('blockquote', {}, a.blocks ? blocks(a.blocks, { message: m }) : mrkdwn(a.text || a.fallback || '')));
  if (top && !m.only_you) {
    const openThread = () => { me.thread = m.ts; drawDesk(); };
    body.append(m.replies.length ? h('button', { className: 'replies-link', on: { click: openThread } }, icon('talk'), ` ${m.replies.length}件の返信`)
      : h('button', { className: 'answer', on: { click: openThread } }, icon('talk'), ' スレッドで返信'));
  }
  return h('article', { className: `entry${m.only_you ? ' whisper' : ''}`, data: { ts: m.ts } },
    face(m.user || 'bot', bot ? (m.slackbot ? 'S' : 'つ') : name, bot ? '#06a94d' : undefined), body);
}
function menu(m) { // what Slack has behind ⋯ : the app's entries for a message
  const entries = Object.entries(world.shortcuts).map(([id, words]) => h('button', { on: { click: (e) => {
    e.currentTarget.closest('details').open = false; staff('shortcut', { callback_id: id, ts: m.ts, channel: m.channel });
  } } }, words));
  return entries.length ? h('details', { className: 'more' }, h('summary', { 'aria-label': 'その他' }, '⋯'), h('div', {}, entries)) : null;
}
function drawThread(channel) {
  const root = channel?.messages.find((m) => m.ts === me.thread);
  $('thread').hidden = !root;
  document.querySelector('.slack').classList.toggle('threaded', Boolean(root));
  if (root && fresh('replies', [me.staff, root])) keepDown($('replies'), () => $('replies').replaceChildren(entry(root, false), ...root.replies.map((r) => entry(r, false))));
}
export async function goTo({ channel, ts, thread }) { // where a link to a message leads
  const there = desk.channels.find((c) => c.id === channel), view = desk.modals.at(-1);
  const root = there?.messages.find((m) => m.ts === (thread || ts));
  if (!there || (ts && !root)) { toast('そのメッセージは、いま操作している人には見えません。'); return; }
  if (view && !drafts[view.id]) await staff('close', { view: view.id, every: true }); // what was typed stays in front
  me.channel = channel; me.thread = thread || root?.replies.length ? root.ts : null;
  drawDesk();
  for (let n = 0; n < 40; n++) { // what is around it gets its real height only when it comes into sight
    const node = $(thread ? 'replies' : 'posts').querySelector(`[data-ts="${ts}"]`);
    node?.classList.add('found'); node?.scrollIntoView({ block: 'center' });
    await new Promise(requestAnimationFrame);
  }
}
function drawNotes() {
  $('notes').replaceChildren(...desk.notes.filter((n) => !me.dismissed?.has(n.ts)).slice(-2).map((n) => h('div', { className: 'note' }, n.text,
    h('button', { 'aria-label': '閉じる', on: { click: () => { (me.dismissed ??= new Set()).add(n.ts); drawNotes(); } } }, '✕'))));
}

// blocks; `from` is the message or view they are in
function blocks(list, from) { return h('div', { className: 'blocks' }, list.map((b) => (BLOCK[b.type] || (() => h('div', { className: 'b-context' }, `[${b.type}]`)))(b, from))); }
const BLOCK = {
  header: (b) => h('div', { className: 'b-header' }, text(b.text)),
  divider: () => h('hr', { className: 'b-divider' }),
  section: (b, from) => h('div', { className: 'b-section' }, h('div', {}, b.text && h('div', { className: 'b-text' }, text(b.text)),
    b.fields && h('div', { className: 'fields' }, b.fields.map((f) => h('div', { className: 'b-text' }, text(f))))), b.accessory && element(b.accessory, b, from)),
  context: (b) => h('div', { className: 'b-context' }, b.elements.map((e) => (e.type === 'image' ? h('span', {}, icon('photo')) : h('span', { className: 'b-text' }, text(e))))),
  actions: (b, from) => h('div', { className: 'b-actions' }, b.elements.map((e) => element(e, b, from))),
  image: (b) => h('div', { className: 'fx-image', role: 'img', 'aria-label': b.alt_text }, icon('photo')),
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
const drafts = {}; // what is being typed in modals: view, block, action
const draft = (from, b) => ((drafts[from.view?.id || from.message?.ts] ??= {})[b.block_id] ??= {});
function started(e, b, from) {
  const typed = drafts[from.view?.id || from.message?.ts]?.[b.block_id]?.[e.action_id]; // looking makes no draft
  if (typed !== undefined) return typed;
  const kept = from.view?.state?.values?.[b.block_id]?.[e.action_id] || {};
  const value = kept.value ?? kept.selected_option?.value ?? kept.selected_options?.map((o) => o.value) ?? kept.selected_user ?? kept.selected_users
    ?? kept.selected_conversation ?? kept.selected_channel ?? kept.selected_date ?? kept.selected_time ?? kept.selected_date_time ?? kept.files;
  return value ?? e.initial_value ?? e.initial_option?.value ?? e.initial_options?.map((o) => o.value) ?? e.initial_user ?? e.initial_users ?? e.initial_date ?? e.initial_time ?? e.initial_date_time;
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
      if (e.url) follow(e.url);
    } } }, text(e.text));
  }
  if (e.type === 'file_input') return fileField(e, now || [], (files) => keep(from, b, e, files), id);
  if (e.type === 'plain_text_input' && e.multiline) return h('textarea', { id, className: 'b-in', rows: 4, placeholder: hint, value: now || '', on: { input: (ev) => keep(from, b, e, ev.target.value) } });
  if (e.type.endsWith('_input')) return h('input', { id, className: 'b-in', type: type || 'text', placeholder: hint, value: now || '', on: { input: (ev) => keep(from, b, e, ev.target.value) } });
  if (type) return h('input', { id, className: 'b-in', type, value: now || '', 'aria-label': hint || '日時', on: { change: (ev) => set(ev.target.value) } });
  if (e.type === 'datetimepicker') return h('input', { id, className: 'b-in', type: 'datetime-local', value: shownIn(now), 'aria-label': hint || '日時', on: { change: (ev) => set(picked(ev.target.value)) } });
  if (e.type === 'checkboxes' || e.type === 'radio_buttons') return choices(e, now, set, `${from.view?.id || from.message?.ts}-${b.block_id}`);
  if (e.type.endsWith('_select') || e.type === 'overflow') return select(e, b, from, now, set, id, hint);
  return h('span', { className: 'b-context' }, `[${e.type}]`);
}
const keep = (from, b, e, value) => { draft(from, b)[e.action_id] = value; };
function fileField(e, chosen, set, id) {
  const list = h('ul', { className: 'hint' });
  const show = () => list.replaceChildren(...chosen.map((f) => h('li', {}, f.name, ' ', h('button', { type: 'button', 'aria-label': `${f.name} を外す`, on: { click: () => put(chosen.filter((x) => x !== f)) } }, '✕'))));
  const put = (files) => { chosen = files; set(chosen); show(); };
  const input = h('input', { id, className: 'b-in', type: 'file', multiple: (e.max_files ?? 10) > 1, accept: (e.filetypes || []).map((t) => `.${t}`).join(','), on: { change: async () => {
    const picked = [...input.files]; input.value = '';
    for (const f of picked) put([...chosen, await staff('upload', { name: f.name, mime: f.type, data: await base64(f) })]);
  } } });
  show();
  return h('div', {}, input, list);
}
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
  const node = h('select', { id, className: 'b-in', multiple: many, 'aria-label': hint || '選択', on: { change: () => {
    set(many ? [...node.selectedOptions].map((o) => o.value) : node.value);
    if (e.type === 'overflow') node.value = ''; // a menu, not a choice that stays
  } } });
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
export function deskControls() {
  const post = async (input, more) => {
    const typed = input.value, words = typed.trim(); if (!words) return;
    input.value = ''; closeCommands();
    if (typed.startsWith('/') && !more) await staff('run', { line: words, channel: me.channel });
    else await staff('say', { text: words, channel: me.channel, ...more });
    $('posts').scrollTop = $('posts').scrollHeight;
  };
  $('post').addEventListener('submit', (e) => { e.preventDefault(); post($('line')); });
  $('reply').addEventListener('submit', (e) => { e.preventDefault(); post($('reply-words'), { thread_ts: me.thread }); });
  $('thread-close').addEventListener('click', () => { me.thread = null; drawDesk(); });
  commandControls();
  $('staff').replaceChildren(...world.staff.map((p) => h('option', { value: p.id, selected: p.id === me.staff }, p.name)));
  $('staff').addEventListener('change', () => { me.staff = $('staff').value; remember('staff', me.staff); me.thread = null; $('modal').dataset.drawn = ''; drawDesk(); });
  $('home-tab').addEventListener('click', () => { me.channel = 'home'; me.thread = null; staff('home'); drawDesk(); });
  document.addEventListener('keydown', (e) => { const view = desk?.modals.at(-1); if (e.key === 'Escape' && view) { delete drafts[view.id]; staff('close', { view: view.id }); } });
}

